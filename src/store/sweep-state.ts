import type { DuckDBConnection } from '@duckdb/node-api';
import type { RunRef, Slice, SweepPosition } from '../ingest/mirror.ts';
import { bumpDataVersion } from './data-version.ts';
import { readRows, type Row } from './read-rows.ts';

const toRef = (row: Row): RunRef => ({
  runId: String(row['run_id']),
  experimentId: String(row['experiment_id']),
});

export async function sweepPositions(
  connection: DuckDBConnection,
  source: string,
): Promise<SweepPosition[]> {
  const rows = await readRows(
    connection,
    `select experiment_id, started_ms, open_slices
     from mirror.sweep_progress where source = $1 order by experiment_id`,
    [source],
  );
  return rows.map((row) => ({
    experimentId: String(row['experiment_id']),
    startedMs: Number(row['started_ms']),
    open: readSlices(String(row['open_slices'])),
  }));
}

export async function forgetSweep(connection: DuckDBConnection, source: string): Promise<void> {
  await connection.run('delete from mirror.sweep_progress where source = $1', [source]);
  await connection.run('delete from mirror.sweep_seen where source = $1', [source]);
}

export async function addToSweep(
  connection: DuckDBConnection,
  source: string,
  experimentIds: readonly string[],
  nowMs: number,
): Promise<void> {
  await connection.run(
    `delete from mirror.sweep_progress
     where source = $1 and experiment_id not in (select unnest(from_json($2, '["VARCHAR"]')))`,
    [source, JSON.stringify(experimentIds)],
  );
  await connection.run(
    `insert or ignore into mirror.sweep_progress
     select $1, id, $2, '[[null, null]]'
     from (select unnest(from_json($3, '["VARCHAR"]')) as id)`,
    [source, BigInt(nowMs), JSON.stringify(experimentIds)],
  );
}

export async function savePositions(
  connection: DuckDBConnection,
  source: string,
  positions: readonly SweepPosition[],
): Promise<void> {
  for (const { experimentId, startedMs, open } of positions) {
    const slices = JSON.stringify(open.map(({ fromMs, belowMs }) => [text(fromMs), text(belowMs)]));
    await connection.run('insert or replace into mirror.sweep_progress values ($1, $2, $3, $4)', [
      source,
      experimentId,
      BigInt(startedMs),
      slices,
    ]);
  }
}

const text = (ms: bigint | null): string | null => (ms === null ? null : String(ms));

function readSlices(json: string): Slice[] {
  const slices = JSON.parse(json) as [string | null, string | null][];
  const ms = (bound: string | null): bigint | null => (bound === null ? null : BigInt(bound));
  return slices.map(([from, below]) => ({ fromMs: ms(from), belowMs: ms(below) }));
}

const UNSEEN = `
select r.run_id, r.experiment_id
from mirror.runs r
where r.source = $1
  and r.experiment_id in (select experiment_id from mirror.sweep_progress where source = $1)
  and r.run_no not in (select run_no from mirror.sweep_seen where source = $1)
order by r.run_no
limit $2`;

export async function unseenRuns(
  connection: DuckDBConnection,
  source: string,
  limit: number,
): Promise<RunRef[]> {
  return (await readRows(connection, UNSEEN, [source, BigInt(limit)])).map(toRef);
}

export async function seenRun(
  connection: DuckDBConnection,
  source: string,
): Promise<RunRef | undefined> {
  const rows = await readRows(
    connection,
    `select run_id, experiment_id from mirror.runs
     where source = $1 and run_no = (select max(run_no) from mirror.sweep_seen where source = $1)`,
    [source],
  );
  return rows[0] === undefined ? undefined : toRef(rows[0]);
}

const CHILDREN = ['metrics', 'params', 'tags', 'dataset_inputs', 'metric_points'];

/** Removes runs chosen by a condition on mirror.runs, with all that hangs on them. */
export async function removeRuns(
  connection: DuckDBConnection,
  condition: string,
  values: string[],
): Promise<number> {
  await connection.run(
    `create or replace temp table gone as select run_no from mirror.runs where ${condition}`,
    values,
  );
  for (const table of CHILDREN) {
    await connection.run(`delete from mirror.${table} where run_no in (select run_no from gone)`);
  }
  await connection.run('delete from mirror.sweep_seen where run_no in (select run_no from gone)');
  const result = await connection.run(
    'delete from mirror.runs where run_no in (select run_no from gone)',
  );
  const removed = result.rowsChanged;
  await connection.run('drop table temp.gone');
  if (removed > 0) await bumpDataVersion(connection);
  return removed;
}
