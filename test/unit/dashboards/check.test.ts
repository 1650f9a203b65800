import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkDashboard } from '../../../src/dashboards/check.ts';
import type { ChartPanel } from '../../../src/dashboards/dashboard.ts';
import { openDashboards } from '../../../src/dashboards/load.ts';
import { parseDashboard } from '../../../src/dashboards/parse.ts';
import { packagePath } from '../../../src/paths.ts';
import { toVega } from '../../../src/render/spec.ts';
import { PALETTES } from '../../../src/render/theme.ts';
import { openFixtureMirror } from '../../support/fixture-mirror.ts';

const FOLDER = packagePath('dashboards');

let mirror: Awaited<ReturnType<typeof openFixtureMirror>>;
let overview: string;
beforeAll(async () => {
  mirror = await openFixtureMirror({ runs: 0 });
  overview = await readFile(join(FOLDER, 'overview.yaml'), 'utf8');
});
afterAll(() => mirror.store.close());

function compile({ spec, height }: ChartPanel): void {
  toVega(spec, { width: 600, height, palette: PALETTES.light, statuses: [], linked: true });
}

const bars = { mark: 'bar', encoding: { x: { field: 'day', type: 'temporal' } } };

function check(text: string) {
  const { dashboard, problems } = parseDashboard({ file: 'a.yaml', text, readSpec: () => bars });
  if (dashboard === undefined) throw new Error(problems[0]?.message);
  return checkDashboard({ dashboard, text, catalog: mirror.catalog, compile });
}

it('finds nothing in the shipped dashboards', async () => {
  const shipped = await openDashboards([FOLDER]);
  const { catalog } = mirror;
  for (const dashboard of shipped.list()) {
    const text = await readFile(dashboard.file, 'utf8');
    expect(checkDashboard({ dashboard, text, catalog, compile })).toEqual([]);
  }
});

describe('mistakes', () => {
  it.each([
    ['view: run_days', 'view: run_dayz', 'error', /no view run_dayz/],
    ['where: { day: $since', 'where: { dayz: $since', 'error', /where: no column dayz/],
    ['sum(finished)', 'sum(finishd)', 'error', /measures: no column finishd/],
    ['figure: { value: hours', 'figure: { value: hourz', 'error', /figure: no column hourz/],
    [
      'order: { runs: desc }\n    limit: 20',
      'order: { rnus: desc }\n    limit: 20',
      'error',
      /order: no column rnus/,
    ],
    ['column: runs_last_30d', 'column: runs_last_90d', 'error', /table: no column runs_last_90d/],
    [
      'view: experiment_activity\n      value: experiment_id',
      'view: experiment_activity\n      value: id',
      'error',
      /options: no column id/,
    ],
    ['params:\n', 'params:\n  idle: { type: text }\n', 'warning', /params.idle: nothing uses/],
    ['users, span: 2 }', 'runs, span: 2 }', 'warning', /does not show/],
    [
      'chart: total-runs.vl.json',
      'chart: { mark: nonsense, encoding: {} }',
      'error',
      /chart: .*compile/,
    ],
    [
      'chart: total-runs.vl.json',
      'chart: { mark: bar, encoding: { x: { field: dy } } }',
      'error',
      /chart: no column dy/,
    ],
  ])('%j -> %j', (from, to, severity, message) => {
    expect(overview).toContain(from);
    const text = overview.replace(from, to);
    const found = check(text).find((it) => message.test(it.message));
    expect(found).toMatchObject({ file: 'a.yaml', severity });
    // The line is within the part that was changed.
    const line = overview.slice(0, overview.indexOf(from)).split('\n').length;
    expect(Math.abs((found?.line ?? 0) - line)).toBeLessThanOrEqual(
      from.startsWith('users') ? 100 : 4,
    );
  });
});
