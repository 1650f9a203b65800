import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SelectOptions } from '../../src/queries/select.ts';
import { openRows, viewRows, type OpenRows } from '../support/fixture-rows.ts';
import { ROWS } from './rows.ts';

let mirror: OpenRows;

beforeAll(async () => {
  mirror = await openRows(ROWS);
});
afterAll(() => mirror.store.close());

const asc = (...columns: string[]): SelectOptions => ({
  orderBy: columns.map((column) => ({ column, direction: 'asc' as const })),
});
const table = async (view: string, columns: string[], options: SelectOptions = {}) => {
  const rows = await viewRows(mirror, view, options);
  return rows.map((row) => columns.map((column) => row[column]));
};
const LOSS: SelectOptions = {
  where: [
    { column: 'source', op: '=', value: 'a' },
    { column: 'experiment_id', op: '=', value: '1' },
    { column: 'key', op: '=', value: 'loss' },
  ],
  ...asc('started_at', 'run_id'),
};
const day = (date: string): string => `2026-${date}T00:00:00.000Z`;

describe('total_runs', () => {
  it('counts runs by day and status, and up to the day', async () => {
    const columns = ['source', 'experiment_name', 'day', 'status', 'runs', 'cumulative_runs'];
    expect(await table('total_runs', columns, asc('source', 'day', 'status'))).toEqual([
      ['a', 'beta', day('02-01'), 'FINISHED', 1n, 1n],
      ['a', 'alpha', day('03-02'), 'FAILED', 1n, 1n],
      ['a', 'alpha', day('03-02'), 'FINISHED', 1n, 1n],
      ['a', 'alpha', day('03-03'), 'RUNNING', 1n, 1n],
      ['a', 'alpha', day('03-09'), 'KILLED', 1n, 1n],
      ['b', 'other', day('03-02'), 'FINISHED', 1n, 1n],
    ]);
  });

  it('adds up over the days of one status', async () => {
    const more = await openRows({
      runs: ['02', '02', '05'].map((day, index) => ({
        id: `r${index}`,
        start: `2026-03-${day}T08:00:00Z`,
      })),
    });
    const rows = await viewRows(more, 'total_runs', asc('day'));
    expect(rows.map((row) => [row['runs'], row['cumulative_runs']])).toEqual([
      [2n, 2n],
      [1n, 3n],
    ]);
    await more.store.close();
  });
});

describe('runs_per_user', () => {
  it('counts by week, in all, and as a part of the source', async () => {
    const columns = ['source', 'user_name', 'week', 'runs', 'failed_runs', 'total_runs', 'share'];
    expect(await table('runs_per_user', columns, asc('source', 'user_name', 'week'))).toEqual([
      ['a', '(unknown)', day('03-02'), 1n, 1n, 1n, 0.2],
      ['a', 'ann', day('03-02'), 2n, 0n, 3n, 0.6],
      ['a', 'ann', day('03-09'), 1n, 0n, 3n, 0.6],
      ['a', 'bob', day('01-26'), 1n, 0n, 1n, 0.2],
      ['b', 'bob', day('03-02'), 1n, 0n, 1n, 1],
    ]);
  });
});

describe('user_activity', () => {
  it('sums up a user', async () => {
    const columns = ['source', 'user_name', 'runs', 'failed_runs', 'experiments', 'hours', 'share'];
    expect(await table('user_activity', columns, asc('source', 'user_name'))).toEqual([
      ['a', '(unknown)', 1n, 1n, 1n, 0.5, 0.2],
      ['a', 'ann', 3n, 0n, 1n, 1, 0.6],
      ['a', 'bob', 1n, 0n, 1n, 2, 0.2],
      ['b', 'bob', 1n, 0n, 1n, 1, 1],
    ]);
    const times = await table('user_activity', ['first_run_at', 'last_run_at'], {
      where: [{ column: 'user_name', op: '=', value: 'ann' }],
    });
    expect(times).toEqual([['2026-03-02T10:00:00.000Z', '2026-03-09T12:00:00.000Z']]);
  });
});

describe('metric_trends', () => {
  it('has the best so far by start, where NaN never is best', async () => {
    const columns = ['run_id', 'value', 'best_max', 'best_min', 'is_best_max', 'is_best_min'];
    expect(await table('metric_trends', columns, LOSS)).toEqual([
      ['r1', 0.5, 0.5, 0.5, true, true],
      ['r2', 0.4, 0.5, 0.4, false, true],
      ['r3', Number.NaN, 0.5, 0.4, false, false],
      ['r4', 0.45, 0.5, 0.4, false, false],
    ]);
  });

  it('counts an equal value as no new best, and a first NaN as none', async () => {
    const key = { column: 'key', op: '=', value: 'acc' } as const;
    const columns = ['run_id', 'best_max', 'is_best_max', 'is_best_min'];
    expect(await table('metric_trends', columns, { where: [key], ...asc('run_id') })).toEqual([
      ['r1', 0.8, true, true],
      ['r2', 0.8, false, false],
      ['r4', 0.8, false, false],
    ]);
  });

  it('has the spread of the day', async () => {
    const columns = ['run_id', 'day', 'daily_median', 'daily_p10', 'daily_p90', 'daily_runs'];
    const rows = await table('metric_trends', columns, LOSS);
    expect(rows.map(([id, day, median, , , runs]) => [id, day, median, runs])).toEqual([
      ['r1', day('03-02'), 0.45, 2n],
      ['r2', day('03-02'), 0.45, 2n],
      ['r3', day('03-03'), null, 1n],
      ['r4', day('03-09'), 0.45, 1n],
    ]);
    expect(rows[0]?.[3]).toBeCloseTo(0.41, 12);
    expect(rows[0]?.[4]).toBeCloseTo(0.49, 12);
  });
});

describe('metric_keys', () => {
  it('lists the metrics of an experiment and guesses which way is better', async () => {
    const columns = ['source', 'experiment_id', 'key', 'runs', 'direction'];
    expect(await table('metric_keys', columns, asc('source', 'experiment_id', 'key'))).toEqual([
      ['a', '1', 'acc', 3n, 'maximize'],
      ['a', '1', 'loss', 4n, 'minimize'],
      ['a', '2', 'loss', 1n, 'minimize'],
      ['b', '1', 'loss', 1n, 'minimize'],
      ['b', '1', 'neg_mean_squared_error', 1n, 'maximize'],
    ]);
    const times = await table('metric_keys', ['first_started_at', 'last_started_at'], {
      where: [{ column: 'key', op: '=', value: 'acc' }],
    });
    expect(times).toEqual([['2026-03-02T10:00:00.000Z', '2026-03-09T12:00:00.000Z']]);
  });
});

describe('metric_days', () => {
  it('has the spread of each day, and which way is better', async () => {
    const columns = ['key', 'day', 'direction', 'median', 'runs'];
    const rows = await table('metric_days', columns, { ...LOSS, ...asc('day') });
    expect(rows).toEqual([
      ['loss', day('03-02'), 'minimize', 0.45, 2n],
      ['loss', day('03-03'), 'minimize', null, 1n],
      ['loss', day('03-09'), 'minimize', 0.45, 1n],
    ]);
  });
});

describe('metric_steps', () => {
  it('puts every finite value into one of forty steps, the highest into the last', async () => {
    const where = [
      { column: 'source', op: '=', value: 'a' },
      { column: 'experiment_id', op: '=', value: '1' },
    ] as const;
    const columns = ['key', 'user_name', 'status', 'low', 'high'];
    const rows = await table('metric_steps', columns, { where, ...asc('key', 'low', 'status') });
    const near = (value: number): unknown => expect.closeTo(value, 12);
    expect(rows).toEqual([
      // Equal values have one step without width; NaN has none.
      ['acc', 'ann', 'FINISHED', 0.8, 0.8],
      ['acc', 'ann', 'KILLED', 0.8, 0.8],
      ['loss', '(unknown)', 'FAILED', near(0.4), near(0.4025)],
      // On the edge of two; which of them is a matter of the last digit.
      ['loss', 'ann', 'KILLED', near(0.4475), near(0.45)],
      ['loss', 'ann', 'FINISHED', near(0.4975), near(0.5)],
    ]);
  });
});

describe('run_status_daily', () => {
  it('counts runs and their hours', async () => {
    const columns = ['source', 'experiment_id', 'day', 'status', 'runs', 'hours'];
    expect(await table('run_status_daily', columns, asc('source', 'day', 'status'))).toEqual([
      ['a', '2', day('02-01'), 'FINISHED', 1n, 2],
      ['a', '1', day('03-02'), 'FAILED', 1n, 0.5],
      ['a', '1', day('03-02'), 'FINISHED', 1n, 1],
      ['a', '1', day('03-03'), 'RUNNING', 1n, 0],
      ['a', '1', day('03-09'), 'KILLED', 1n, 0],
      ['b', '1', day('03-02'), 'FINISHED', 1n, 1],
    ]);
  });
});

describe('experiment_activity', () => {
  it('has every experiment, also empty and deleted ones', async () => {
    const columns = ['name', 'lifecycle_stage', 'runs', 'running', 'users', 'runs_last_30d'];
    const order = asc('source', 'experiment_id');
    expect(await table('experiment_activity', columns, order)).toEqual([
      ['alpha', 'active', 4n, 1n, 1n, 4n],
      ['beta', 'active', 1n, 0n, 1n, 0n],
      ['empty', 'active', 0n, 0n, 0n, 0n],
      ['gone', 'deleted', 1n, 0n, 1n, 1n],
      // Source b has no completed sync yet, so nothing is recent.
      ['other', 'active', 1n, 0n, 1n, 0n],
    ]);
  });

  it('counts no run of the future among the recent ones', async () => {
    const more = await openRows({
      sources: [{ source: 'default', lastSync: '2026-03-11T00:00:00Z' }],
      runs: ['2026-02-09', '2026-02-08', '2026-03-11', '2026-03-12'].map((date, index) => ({
        id: `r${index}`,
        start: `${date}T00:00:00Z`,
      })),
    });
    const [row] = await viewRows(more, 'experiment_activity');
    expect(row).toMatchObject({ runs: 4n, runs_last_30d: 2n });
    await more.store.close();
  });
});

describe('run_facts', () => {
  it('has lost nothing where no run failed, and cannot say of one that ended before it began', async () => {
    const columns = ['source', 'run_id', 'status', 'hours_lost'];
    expect(await table('run_facts', columns, asc('source', 'run_id'))).toEqual([
      ['a', 'r1', 'FINISHED', 0],
      ['a', 'r2', 'FAILED', 0.5],
      ['a', 'r3', 'RUNNING', 0],
      ['a', 'r4', 'KILLED', null],
      ['a', 'r6', 'FINISHED', 0],
      ['b', 'r1', 'FINISHED', 0],
    ]);
  });
});

describe('reliability', () => {
  it('rates failures among the runs that ended', async () => {
    const columns = ['experiment_name', 'runs', 'failed', 'killed', 'failure_rate', 'hours_lost'];
    expect(await table('reliability', columns, asc('source', 'experiment_id'))).toEqual([
      ['alpha', 4n, 1n, 1n, 2 / 3, 0.5],
      ['beta', 1n, 0n, 0n, 0, 0],
      ['other', 1n, 0n, 0n, 0, 0],
    ]);
  });
});

describe('long_running', () => {
  it('has the age of what runs, as of the last sync', async () => {
    const columns = ['run_id', 'status', 'age_hours', 'p99_hours', 'is_overdue'];
    expect(await table('long_running', columns)).toEqual([['r3', 'RUNNING', 192, 1, true]]);
  });
});

describe('leaderboard', () => {
  it('ranks both ways, equal values alike and NaN not at all', async () => {
    const columns = ['key', 'run_id', 'rank_max', 'rank_min'];
    const where = [
      { column: 'source', op: '=', value: 'a' },
      { column: 'experiment_id', op: '=', value: '1' },
    ] as const;
    expect(await table('leaderboard', columns, { where, ...asc('key', 'run_id') })).toEqual([
      ['acc', 'r1', 1n, 1n],
      ['acc', 'r2', null, null],
      ['acc', 'r4', 1n, 1n],
      ['loss', 'r1', 1n, 3n],
      ['loss', 'r2', 3n, 1n],
      ['loss', 'r3', null, null],
      ['loss', 'r4', 2n, 2n],
    ]);
  });
});

describe('tag_values', () => {
  it('has when a value came and went, in each experiment by itself', async () => {
    const columns = ['source', 'experiment_name', 'key', 'value', 'first_started_at', 'runs'];
    expect(await table('tag_values', columns, asc('source', 'key', 'value'))).toEqual([
      ['a', 'alpha', 'note', '', '2026-03-02T10:00:00.000Z', 1n],
      ['a', 'alpha', 'release', 'v1', '2026-03-02T10:00:00.000Z', 2n],
      ['a', 'alpha', 'release', 'v2', '2026-03-03T00:00:00.000Z', 1n],
      ['b', 'other', 'release', 'v1', '2026-03-02T23:59:59.999Z', 1n],
    ]);
    const where = [
      { column: 'source', op: '=', value: 'a' },
      { column: 'value', op: '=', value: 'v1' },
    ] as const;
    expect(await table('tag_values', ['last_started_at'], { where })).toEqual([
      ['2026-03-09T12:00:00.000Z'],
    ]);
  });
});
