import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatFindings } from '../../../src/cli/findings.ts';
import { checkDashboards } from '../../../src/dashboards/check.ts';
import { packagePath } from '../../../src/paths.ts';
import { checkQueries } from '../../../src/queries/check.ts';
import { sortFindings } from '../../../src/queries/check-finding.ts';
import { chartMistakes } from '../../../src/render/check-chart.ts';
import { Store } from '../../../src/store/store.ts';

const PLANTED = packagePath('test/unit/dashboards/planted');

let store: Store;
beforeEach(async () => {
  store = await Store.open({ path: ':memory:' });
});
afterEach(() => store.close());

/** Checks the shipped queries with a folder's own, and the folder's dashboards; the shipped ones without. */
async function check(folder?: string): Promise<string> {
  const shipped = packagePath('queries');
  const has = (name: string): boolean => folder !== undefined && readdirSync(folder).includes(name);
  const views = await checkQueries({
    store,
    folders: has('queries') ? [shipped, join(folder ?? '', 'queries')] : [shipped],
  });
  const { findings } = await checkDashboards({
    folders:
      folder === undefined
        ? [packagePath('dashboards')]
        : has('dashboards')
          ? [join(folder, 'dashboards')]
          : [],
    views,
    reader: store.engine,
    chart: chartMistakes,
    now: Date.UTC(2026, 10, 20),
  });
  const all = sortFindings([...views.findings, ...findings]);
  const report = { findings: all, files: 0, version: '', folder: folder ?? packagePath('.') };
  return formatFindings(report, 'text');
}

it('finds nothing in the shipped queries and dashboards', async () => {
  expect(await check()).toBe('0 errors, 0 warnings in 0 files\n');
});

describe('finds what is planted, with its place, and nothing else', () => {
  it.each(readdirSync(PLANTED))('%s', async (name) => {
    const folder = join(PLANTED, name);
    const found = (await check(folder)).split('\n').slice(0, -2).join('\n');
    expect(found).not.toBe('');
    await expect(`${found}\n`).toMatchFileSnapshot(join(folder, 'expected.txt'));
  });
});
