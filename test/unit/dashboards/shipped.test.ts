import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDashboards } from '../../../src/dashboards/load.ts';
import { parseConditionKey, parseMeasure } from '../../../src/dashboards/expressions.ts';
import { packagePath } from '../../../src/paths.ts';
import { toVega } from '../../../src/render/spec.ts';
import { PALETTES } from '../../../src/render/theme.ts';
import { openFixtureMirror } from '../../support/fixture-mirror.ts';

let mirror: Awaited<ReturnType<typeof openFixtureMirror>>;
beforeAll(async () => {
  mirror = await openFixtureMirror({ runs: 0 });
});
afterAll(() => mirror.store.close());

const dashboards = await openDashboards([packagePath('dashboards')]);

it('ships dashboards without mistakes', () => {
  expect(dashboards.problems()).toEqual([]);
  expect(dashboards.list().map((it) => it.id)).toEqual([
    'overview',
    'metric-trends',
    'users',
    'leaderboard',
    'reliability',
    'freshness',
  ]);
});

const panels = dashboards
  .list()
  .flatMap((dashboard) =>
    dashboard.panels.map((panel) => ({ id: `${dashboard.id}/${panel.id}`, panel })),
  );

describe.each(panels)('$id', ({ panel }) => {
  it('asks for columns that its view has', () => {
    if (panel.kind === 'markdown') return;
    const { view, where, group = [], measures = {}, order = {} } = panel.query;
    const columns = mirror.catalog.get(view)?.columns.map((it) => it.name) ?? [];
    const measured = Object.values(measures).flatMap((it) => parseMeasure(it).columns);
    const conditions = Object.keys(where).map((it) => parseConditionKey(it).column);
    expect(columns).toEqual(expect.arrayContaining([...group, ...measured, ...conditions]));
    const given =
      panel.query.measures === undefined ? columns : [...group, ...Object.keys(measures)];
    const shown = panel.kind === 'table' ? (panel.columns ?? []).map((it) => it.column) : [];
    const figure =
      panel.kind === 'figure' ? [panel.figure.value, panel.figure.per ?? []].flat() : [];
    expect(given).toEqual(expect.arrayContaining([...Object.keys(order), ...shown, ...figure]));
  });

  it('compiles its chart', () => {
    if (panel.kind !== 'chart') return;
    const size = { width: 600, height: panel.height };
    const vega = toVega(panel.spec, {
      ...size,
      palette: PALETTES.light,
      statuses: ['FAILED'],
      linked: true,
    });
    expect(vega.marks?.length).toBeGreaterThan(0);
  });
});
