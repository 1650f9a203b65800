import { afterAll, beforeAll, expect, it } from 'vitest';
import { resolveChoices, type Choices } from '../../../src/dashboards/choices.ts';
import type { Dashboard } from '../../../src/dashboards/dashboard.ts';
import { openDashboards, type OpenDashboards } from '../../../src/dashboards/load.ts';
import { readPanelRows } from '../../../src/dashboards/rows.ts';
import { readOptions } from '../../../src/dashboards/options.ts';
import { packagePath } from '../../../src/paths.ts';
import { openRows, type OpenRows } from '../../support/fixture-rows.ts';

/** Two servers that number their experiments alike, as every SQL store does. */
let mirror: OpenRows;
let dashboards: OpenDashboards;

beforeAll(async () => {
  const run = (source: string, id: string, user: string, experiment = '1') => ({
    source,
    id,
    user,
    experiment,
  });
  mirror = await openRows({
    sources: [{ source: 'a' }, { source: 'b' }],
    experiments: [
      { source: 'a', id: '0', name: 'Default' },
      { source: 'b', id: '0', name: 'Default' },
      { source: 'a', id: '1', name: 'churn' },
      { source: 'b', id: '1', name: 'vision' },
      { source: 'b', id: '2', name: 'speech' },
    ],
    runs: [
      ...['1', '2', '3'].map((id) => run('a', id, 'ann')),
      ...['1', '2', '3', '4'].map((id) => run('b', id, 'bob')),
      run('b', '5', 'ann', '2'),
    ],
  });
  dashboards = await openDashboards([packagePath('dashboards')]);
});
afterAll(() => mirror.store.close());

async function open(
  id: string,
  query: string,
): Promise<{ dashboard: Dashboard; choices: Choices }> {
  const dashboard = dashboards.get(id);
  if (dashboard === undefined) throw new Error(`no dashboard ${id}`);
  const choices = await resolveChoices({
    dashboard,
    query: new URLSearchParams(query),
    sources: ['a', 'b'],
    catalog: mirror.catalog,
    reader: mirror.engine,
    now: Date.UTC(2026, 2, 11),
  });
  return { dashboard, choices };
}

async function rows(id: string, panelId: string, query: string): Promise<unknown[][]> {
  const { dashboard, choices } = await open(id, query);
  const panel = dashboard.panels.find((it) => it.id === panelId);
  if (panel === undefined || panel.kind === 'markdown') throw new Error(`no panel ${panelId}`);
  const { catalog, engine: reader } = mirror;
  return (await readPanelRows(panel, { catalog, choices, reader })).rows;
}

it('counts experiments of the same id on two servers as two', async () => {
  expect(await rows('overview', 'experiments', 'since=all')).toEqual([[3n]]);
  expect(await rows('overview', 'experiments', 'since=all&source=b')).toEqual([[2n]]);
});

it('counts no row that lacks one of several values, as none is counted that lacks the only one', async () => {
  const { dashboard, choices } = await open('overview', 'since=all');
  const panel = dashboard.panels.find((it) => it.id === 'experiments');
  if (panel?.kind !== 'figure') throw new Error('no figure experiments');
  const { catalog, engine: reader } = mirror;
  const count = async (measure: string): Promise<unknown> => {
    const query = { ...panel.query, view: 'runs', where: {}, measures: { experiments: measure } };
    return (await readPanelRows({ ...panel, query }, { catalog, choices, reader })).rows[0]?.[0];
  };
  expect(await count('count_distinct(source, user_name)')).toBe(3n);
  expect(await count('count_distinct(source, git_commit)')).toBe(0n);
});

it('tells a user’s part of the runs of all servers, or of the one that is chosen', async () => {
  expect(await rows('users', 'share', 'user=ann')).toEqual([[4n, 8n]]);
  expect(await rows('users', 'share', 'user=bob')).toEqual([[4n, 8n]]);
  expect(await rows('users', 'share', 'user=ann&source=b')).toEqual([[1n, 5n]]);
  expect(await rows('users', 'everyone', 'user=ann')).toEqual([
    ['ann', 4n, 8n],
    ['bob', 4n, 8n],
  ]);
});

it('names an option after all that it takes', async () => {
  const labels = async (query: string): Promise<unknown> =>
    (await open('overview', query)).choices.get('experiment')?.options;
  expect(await labels('')).toEqual([
    { value: '1', label: 'vision + churn' },
    { value: '2', label: 'speech' },
    { value: '0', label: 'Default' },
  ]);
  expect(await labels('source=a')).toEqual([
    { value: '1', label: 'churn' },
    { value: '0', label: 'Default' },
  ]);
  const { dashboard, choices } = await open('overview', '');
  const param = dashboard.params['experiment'];
  if (param === undefined || !('options' in param)) throw new Error('no list of experiments');
  const { catalog, engine: reader } = mirror;
  const found = await readOptions(param.options, choices, { catalog, reader, search: 'vis' });
  expect(found.options).toEqual([{ value: '1', label: 'vision + churn' }]);
  expect((await open('overview', 'experiment=1')).choices.get('experiment')?.text).toBe(
    'vision + churn',
  );
});
