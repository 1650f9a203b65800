import type { DuckDBConnection } from '@duckdb/node-api';
import type { Cursor, RunRef } from '../ingest/mirror.ts';
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

/** Never beyond now: one run with a start in the future must not hide those that come before it. */
export async function advanceCursors(
  connection: DuckDBConnection,
  source: string,
  experimentIds: readonly string[],
  nowMs: number,
): Promise<void> {
  await connection.run(
    `insert or replace into mirror.cursors
     select $1, e.id, least(coalesce(max(r.start_ms), 0), $3), least(coalesce(max(r.end_ms), 0), $3)
     from (select unnest(from_json($2, '["VARCHAR"]')) as id) e
     left join mirror.runs r on r.source = $1 and r.experiment_id = e.id
     group by e.id`,
    [source, JSON.stringify(experimentIds), BigInt(nowMs)],
  );
}

/** The same for every experiment of the sweep under way, as of the time each one's walk began. */
export async function cursorsFromSweep(
  connection: DuckDBConnection,
  source: string,
): Promise<void> {
  await connection.run(
    `insert or replace into mirror.cursors
     select
       $1,
       p.experiment_id,
       least(coalesce(max(r.start_ms), 0), any_value(p.started_ms)),
       least(coalesce(max(r.end_ms), 0), any_value(p.started_ms))
     from mirror.sweep_progress p
     left join mirror.runs r on r.source = p.source and r.experiment_id = p.experiment_id
     where p.source = $1
     group by p.experiment_id`,
    [source],
  );
}

export async function newestRun(
  connection: DuckDBConnection,
  source: string,
  experimentIds: readonly string[],
  by: 'start' | 'end',
): Promise<(RunRef & { ms: bigint }) | undefined> {
  const column = by === 'start' ? 'start_ms' : 'end_ms';
  const rows = await readRows(
    connection,
    `select run_id, experiment_id, ${column} as ms from mirror.runs
     where ${IN_EXPERIMENTS} and ${column} is not null order by ${column} desc limit 1`,
    [source, JSON.stringify(experimentIds)],
  );
  const row = rows[0];
  return row === undefined ? undefined : { ...toRef(row), ms: BigInt(String(row['ms'])) };
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
