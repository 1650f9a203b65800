import { resolveChoices, type Choices } from '../../src/dashboards/choices.ts';
import type { Dashboard, RowsPanel } from '../../src/dashboards/dashboard.ts';
import { openDashboards } from '../../src/dashboards/load.ts';
import { panelQuery, type PanelContext } from '../../src/dashboards/panel-query.ts';
import { readPanelRows } from '../../src/dashboards/rows.ts';
import type { Bindable, Reader } from '../../src/engine/engine.ts';
import { packagePath } from '../../src/paths.ts';
import { openCatalog } from '../../src/queries/catalog.ts';
import { Store } from '../../src/store/store.ts';
import { FIXTURE_NOW } from '../../test/support/fixture-mirror.ts';
import { openedTables, type OpenedColumn } from './opened-tables.ts';

/** What is asked of each dashboard: as it opens, with a typical choice, and over all time. */
const CHOICES: Record<string, string[]> = {
  overview: ['', 'experiment=7', 'since=all'],
  'metric-trends': ['', 'experiment=7&metric=val_loss', 'since=all'],
  users: ['', 'user=user-42', 'since=all'],
  leaderboard: ['', 'experiment=7&metric=val_loss', 'user=user-42'],
  reliability: ['', 'experiment=7', 'since=all'],
  freshness: ['', 'since=all'],
};

export interface PanelTime {
  dashboard: string;
  choice: string;
  panel: string;
  rows: number;
  limit: number;
  ms: number;
  floorMs: number;
}

const ROUNDS = 5;

/**
 * The scan that the goals were set by: one metric's values, of a table that lies as the runs came
 * and not, as ours does, by metric.
 */
export async function timeUnsortedScan(path: string): Promise<number> {
  const store = await Store.open({ path });
  try {
    return await store.engine.withConnection(async (connection) => {
      await connection.run(
        'create or replace temp table by_run as select * from mirror.metrics order by run_no',
      );
      const ms = await median(() =>
        connection.run(`select sum(value) from by_run where key = 'val_loss'`),
      );
      await connection.run('drop table by_run');
      return ms;
    });
  } finally {
    await store.close();
  }
}

/** Milliseconds of some work once it is warm: the median of five. */
async function median(work: () => Promise<unknown>): Promise<number> {
  const [ms = NaN] = await medians([work]);
  return ms;
}

/** Of each of several: they take turns, so that a busy moment of the machine falls on all of them. */
async function medians(works: (() => Promise<unknown>)[]): Promise<number[]> {
  const times = works.map((): number[] => []);
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [index, work] of works.entries()) {
      const began = performance.now();
      await work();
      if (round > 0) times[index]?.push(performance.now() - began);
    }
  }
  return times.map((list) => list.toSorted((a, b) => a - b)[ROUNDS >> 1] ?? NaN);
}

/** Times the rows of every panel beside the floor of each: one filtered scan of the tables it reads. */
export async function timePanels(path: string): Promise<PanelTime[]> {
  const store = await Store.open({ path });
  try {
    const catalog = await openCatalog({ store, folders: [packagePath('queries')] });
    const dashboards = await openDashboards([packagePath('dashboards')]);
    const reader = store.engine;
    const times: PanelTime[] = [];
    for (const dashboard of dashboards.list()) {
      for (const choice of CHOICES[dashboard.id] ?? ['']) {
        const query = new URLSearchParams(choice);
        const resolve = (): Promise<Choices> =>
          resolveChoices({
            dashboard,
            query,
            sources: ['default'],
            catalog,
            reader,
            now: FIXTURE_NOW,
          });
        const choices = await resolve();
        times.push(await timeOptions(dashboard, choice, resolve));
        for (const panel of dashboard.panels) {
          if (panel.kind === 'markdown') continue;
          const context = { catalog, choices, reader };
          const { rows } = await readPanelRows(panel, context);
          const floor = await floorOf(panel, context);
          const [ms = NaN, floorMs = NaN] = await medians([
            () => readPanelRows(panel, context),
            () => reader.query(floor.sql, floor.values),
          ]);
          times.push({
            dashboard: dashboard.id,
            choice,
            panel: panel.id,
            rows: rows.length,
            limit: panel.query.limit,
            ms,
            floorMs,
          });
        }
      }
    }
    return times;
  } finally {
    await store.close();
  }
}

async function timeOptions(
  { id: dashboard }: Dashboard,
  choice: string,
  resolve: () => Promise<Choices>,
): Promise<PanelTime> {
  const { list } = await resolve();
  const rows = list.reduce((sum, it) => sum + it.options.length, 0);
  const ms = await median(resolve);
  return { dashboard, choice, panel: '(options)', rows, limit: NaN, ms, floorMs: NaN };
}

/** Tables that are large; what else a panel reads costs nothing. */
const LARGE = ['runs', 'metrics', 'params', 'syncs'];

/** Where a condition of a view lands in a table. */
const COLUMNS: Record<string, string[]> = {
  runs: ['experiment_id', 'user_name', 'status'],
  metrics: ['key'],
  params: ['key'],
  syncs: [],
};
const TIMES: Record<string, string> = { runs: 'started_at', syncs: 'started_ms' };
const TIME_COLUMNS = ['day', 'week', 'started_at'];

/** What reads all of a column and costs the least. */
const SUMS: Record<OpenedColumn['kind'], (name: string) => string> = {
  text: (name) => `sum(strlen(${name}))`,
  time: (name) => `max(${name})`,
  number: (name) => `sum(${name})`,
};

/** One scan of each large table that a panel's plan reads, of the same columns, under its conditions. */
async function floorOf(
  panel: RowsPanel,
  context: PanelContext & { reader: Reader },
): Promise<{ sql: string; values: Bindable[] }> {
  const statement = panelQuery(panel, context);
  const opened = await openedTables(context.reader, statement);
  const conditions = context.choices.conditions(panel.query.where);
  const values: Bindable[] = [];
  const bind = (value: Bindable): string => `$${values.push(value)}`;
  const scans = LARGE.filter((table) => opened.has(table)).map((table) => {
    const tests = table === 'runs' ? ["lifecycle_stage = 'active'"] : [];
    for (const { column, op, value } of conditions) {
      const time = TIME_COLUMNS.includes(column) ? TIMES[table] : undefined;
      if (time !== undefined && value instanceof Date) {
        const bound = table === 'runs' ? value : BigInt(value.getTime());
        tests.push(`${time} ${op} ${bind(bound)}`);
      } else if (op === '=' && (COLUMNS[table] ?? []).includes(column)) {
        tests.push(`${column} = ${bind(value as Bindable)}`);
      }
    }
    const sums = [...(opened.get(table) ?? [])].map(({ name, kind }) => SUMS[kind](name));
    const where = tests.length > 0 ? `where ${tests.join(' and ')}` : '';
    return `(select row(count(*)${sums.map((it) => `, ${it}`).join('')}) from mirror.${table} ${where})`;
  });
  return { sql: `select ${scans.join(', ') || '1'}`, values };
}
