import type { DuckDBConnection } from '@duckdb/node-api';
import type { Cursor, CursorMove, NewestRun, NewestRuns, RunRef } from '../ingest/mirror.ts';
import { readRows } from './read-rows.ts';

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
  { experimentIds, nowMs }: CursorMove,
): Promise<void> {
  // Those that stay where they are cost no write.
  await connection.run(
    `insert or replace into mirror.cursors
     select $1, e.id, w.start_ms, w.end_ms
     from (select unnest(from_json($2, '["VARCHAR"]')) as id) e
     cross join (${WATERMARK}) w
     anti join mirror.cursors c
       on c.source = $1 and c.experiment_id = e.id and c.start_ms = w.start_ms and c.end_ms = w.end_ms`,
    [source, JSON.stringify(experimentIds), BigInt(nowMs)],
  );
}

/** By their places first: the ids of all runs are what takes long to read. */
const NEWEST = `
with newest as (
  select
    experiment_id,
    max(start_ms) as start_ms,
    arg_max(rowid, start_ms) as start_row,
    max(end_ms) as end_ms,
    arg_max(rowid, end_ms) as end_row
  from mirror.runs
  where source = $1
  group by experiment_id
)
select n.experiment_id, n.start_ms, s.run_id as start_id, n.end_ms, e.run_id as end_id
from newest n
left join mirror.runs s on s.rowid = n.start_row
left join mirror.runs e on e.rowid = n.end_row`;

export async function newestRuns(
  connection: DuckDBConnection,
  source: string,
): Promise<NewestRuns[]> {
  const rows = await readRows(connection, NEWEST, [source]);
  return rows.map((row) => {
    const experimentId = String(row['experiment_id']);
    const newest = (runId: unknown, ms: unknown): NewestRun | undefined =>
      ms === null ? undefined : { experimentId, runId: String(runId), ms: ms as bigint };
    return {
      experimentId,
      started: newest(row['start_id'], row['start_ms']),
      ended: newest(row['end_id'], row['end_ms']),
    };
  });
}

const OPEN = `
select experiment_id, to_json(list(run_id)) as open
from mirror.runs
where source = $1 and (end_ms is null or status in ('RUNNING', 'SCHEDULED'))
group by experiment_id`;

export async function openRuns(connection: DuckDBConnection, source: string): Promise<RunRef[]> {
  const rows = await readRows(connection, OPEN, [source]);
  return rows.flatMap((row) => {
    const experimentId = String(row['experiment_id']);
    const open = JSON.parse(String(row['open'])) as string[];
    return open.map((runId) => ({ runId, experimentId }));
  });
}
