import { afterAll, beforeAll, expect, it } from 'vitest';
import { resolveChoices } from '../../../src/dashboards/choices.ts';
import type { RowsPanel } from '../../../src/dashboards/dashboard.ts';
import { openDashboards, type OpenDashboards } from '../../../src/dashboards/load.ts';
import { panelQuery } from '../../../src/dashboards/panel-query.ts';
import { readPanelRows } from '../../../src/dashboards/rows.ts';
import { packagePath } from '../../../src/paths.ts';
import { FIXTURE_NOW, NASTY, openFixtureMirror } from '../../support/fixture-mirror.ts';

let mirror: Awaited<ReturnType<typeof openFixtureMirror>>;
let dashboards: OpenDashboards;

beforeAll(async () => {
  mirror = await openFixtureMirror();
  dashboards = await openDashboards([packagePath('dashboards')]);
});
afterAll(() => mirror.store.close());

async function open(id: string, panelId: string, query = '') {
  const dashboard = dashboards.get(id);
  const panel = dashboard?.panels.find((it) => it.id === panelId);
  if (dashboard === undefined || panel === undefined || panel.kind === 'markdown') {
    throw new Error(`no panel ${id}/${panelId}`);
  }
  const { catalog, engine: reader } = mirror;
  const choices = await resolveChoices({
    dashboard,
    query: new URLSearchParams(query),
    sources: ['default'],
    catalog,
    reader,
    now: FIXTURE_NOW,
  });
  return { panel, context: { catalog, choices, reader } };
}

const rowsOf = async (id: string, panelId: string, query = '') => {
  const { panel, context } = await open(id, panelId, query);
  return readPanelRows(panel, context);
};

it('adds up in the engine what a direct count gives', async () => {
  const { columns, rows } = await rowsOf('overview', 'status', 'since=all');
  expect(columns.map((it) => it.name)).toEqual(['day', 'status', 'runs']);
  const direct = await mirror.engine.query(
    `select date_trunc('day', start_time), status, count(*) from runs group by 1, 2`,
  );
  const key = (row: unknown[]): string => row.map(String).join();
  expect(rows.map(key).sort()).toEqual(direct.rows.map(key).sort());
});

it('compares a figure with the period before', async () => {
  const { rows, previous } = await rowsOf('overview', 'runs', 'since=last_30d');
  const { rows: both } = await rowsOf('overview', 'runs', 'since=last_60d');
  expect(Number(previous?.[0]?.[0])).toBeGreaterThan(0);
  expect(Number(rows[0]?.[0]) + Number(previous?.[0]?.[0])).toBe(Number(both[0]?.[0]));
});

it.each(['runs', 'success', 'hours', 'users', 'experiments'])(
  'reads both periods of %s at once, as it would one by one',
  async (panelId) => {
    const { panel, context } = await open('overview', panelId);
    const { rows, previous } = await readPanelRows(panel, context);
    const direct = async (period: 'current' | 'previous') => {
      const { sql, values } = panelQuery(panel, context, period);
      return (await mirror.engine.query(sql, values)).rows;
    };
    const sums = (row: unknown[][]): number[] => row.flat().map(Number);
    for (const [read, asked] of [
      [rows, await direct('current')],
      [previous ?? [], await direct('previous')],
    ] as const) {
      sums(asked).forEach((it, at) => expect(sums(read)[at]).toBeCloseTo(it, 9));
      expect(read.flat()).toHaveLength(asked.flat().length);
    }
  },
);

it('counts the runs of a user by the days of the period, whichever day of the week it begins', async () => {
  for (const days of ['2026-11-11..2026-11-12', '2026-11-13..2026-11-19']) {
    const query = `user=chen&since=${days}`;
    const { rows } = await rowsOf('users', 'latest', query);
    expect(rows.length).toBeGreaterThan(0);
    expect((await rowsOf('users', 'runs', query)).rows).toEqual([[BigInt(rows.length)]]);
    const weeks = await rowsOf('users', 'weeks', query);
    const runs = weeks.columns.findIndex((it) => it.name === 'runs');
    expect(weeks.rows.reduce((sum, row) => sum + Number(row[runs]), 0)).toBe(rows.length);
  }
});

it('counts nothing in a period without runs', async () => {
  const days = 'since=2001-01-01..2001-01-31';
  expect(await rowsOf('overview', 'runs', days)).toMatchObject({ rows: [[0n]], previous: [[0n]] });
  expect(await rowsOf('overview', 'hours', days)).toMatchObject({
    rows: [[null]],
    previous: [[null]],
  });
});

it('says when the limit cut, and keeps to it', async () => {
  const { rows, truncated } = await rowsOf('users', 'latest', 'since=all');
  expect(rows).toHaveLength(25);
  expect(truncated).toBe(true);
});

it.each([
  ['a table', { kind: 'table', columns: undefined, params: undefined }, {}],
  ['a chart', {}, { group: ['user_name', 'experiment_id'], measures: { runs: 'count()' } }],
])(
  'leaves no row out of the pages of %s, though many are equal in its order',
  async (_, as, of) => {
    const { panel, context } = await open('overview', 'status', 'since=all');
    const query = { ...panel.query, view: 'active_runs', group: undefined, measures: undefined };
    const whole = { where: {}, order: { user_name: 'asc' }, limit: 100_000 } as const;
    const all = { ...panel, ...as, query: { ...query, ...whole, ...of } } as RowsPanel;
    const paged = { ...all, query: { ...all.query, limit: 3 } };
    const { rows } = await readPanelRows(all, context);
    expect(rows.length).toBeGreaterThan(15);
    const found: unknown[][] = [];
    for (let page = 1, more = true; more; page++) {
      const read = await readPanelRows(paged, { ...context, page });
      found.push(...read.rows);
      more = read.truncated;
    }
    expect(found).toEqual(rows);
  },
);

it('binds every value: none is part of the statement (invariant 6)', async () => {
  const { panel, context } = await open(
    'users',
    'latest',
    new URLSearchParams({ user: NASTY }).toString(),
  );
  const { sql, values } = panelQuery(panel, context);
  expect(sql).not.toContain('alert');
  expect(values).toContain(NASTY);
});

it('tells what each column means', async () => {
  const { columns } = await rowsOf('reliability', 'worst');
  expect(columns.find((it) => it.name === 'runs')?.description).toBe('runs started that day');
});
