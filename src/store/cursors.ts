import type { DuckDBConnection } from '@duckdb/node-api';
import type { Cursor, NewestRuns, RunRef } from '../ingest/mirror.ts';
import { readRows, toRef } from './sweep-state.ts';

const IN_EXPERIMENTS = `
source = $1 and experiment_id in (select unnest(from_json($2, '["VARCHAR"]')))`;

export async function readCursors(connection: DuckDBConnection, source: string): Promise<Cursor[]> {
  const rows = await readRows(
    connection,
    'select experiment_id, start_ms, end_ms from mirror.cursors where source = $1',
    [source],
  );
  return rows.map((row) => ({
    experimentId: String(row['experiment_id']),
    startMs: BigInt(String(row['start_ms'])),
    endMs: BigInt(String(row['end_ms'])),
  }));
}

/**
 * The newest start and end of all these experiments together: one that has been quiet for a year must
 * not make its neighbours be read from there. Never beyond now: one run with a start in the future
 * must not hide those that come before it. Not simply now: clocks of training machines may be behind.
 */
const WATERMARK = `
select
  least(coalesce(max(start_ms), $3), $3) as start_ms,
  least(coalesce(max(end_ms), $3), $3) as end_ms
from mirror.runs
where ${IN_EXPERIMENTS}`;

export async function advanceCursors(
  connection: DuckDBConnection,
  source: string,
  experimentIds: readonly string[],
  nowMs: number,
): Promise<void> {
  await connection.run(
    `insert or replace into mirror.cursors
     select $1, e.id, w.start_ms, w.end_ms
     from (select unnest(from_json($2, '["VARCHAR"]')) as id) e, (${WATERMARK}) w`,
    [source, JSON.stringify(experimentIds), BigInt(nowMs)],
  );
}

export async function newestRuns(
  connection: DuckDBConnection,
  source: string,
  experimentIds: readonly string[],
): Promise<NewestRuns> {
  // By number first: the ids of all runs need not be read for it.
  const rows = await readRows(
    connection,
    `select n.which, r.run_id, r.experiment_id, n.ms
     from (
       select
         unnest(['started', 'ended']) as which,
         unnest([arg_max(run_no, start_ms), arg_max(run_no, end_ms)]) as run_no,
         unnest([max(start_ms), max(end_ms)]) as ms
       from mirror.runs
       where ${IN_EXPERIMENTS}
     ) n
     join mirror.runs r on r.run_no = n.run_no`,
    [source, JSON.stringify(experimentIds)],
  );
  return Object.fromEntries(
    rows.map((row) => [row['which'], { ...toRef(row), ms: BigInt(String(row['ms'])) }]),
  );
}

export async function openRuns(
  connection: DuckDBConnection,
  source: string,
  experimentIds: readonly string[],
): Promise<RunRef[]> {
  const rows = await readRows(
    connection,
    `select run_id, experiment_id from mirror.runs
     where ${IN_EXPERIMENTS} and (end_ms is null or status in ('RUNNING', 'SCHEDULED'))
     order by run_no`,
    [source, JSON.stringify(experimentIds)],
  );
  return rows.map(toRef);
}
