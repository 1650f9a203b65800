import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { INTEGER, listValue, LIST, VARCHAR, type DuckDBConnection } from '@duckdb/node-api';
import { writeError } from '../engine/engine-error.ts';
import { RunlensError } from '../errors.ts';
import type { RunCounts } from '../ingest/mirror.ts';
import { packagePath } from '../paths.ts';
import { bumpDataVersion } from './data-version.ts';

const [STAGE, PLAN, WRITE] = ['stage', 'plan', 'write'].map((name) =>
  readFileSync(packagePath(`src/store/${name}.sql`), 'utf8'),
) as [string, string, string];

/** A sweep under way remembers whom it has met, whichever part of a sync met them. */
const REMEMBER = 'insert into mirror.sweep_seen select $1, run_no from stage_plan';

/**
 * Reads spooled pages into a temporary table of the connection, and lends it to `use`. Outside of any
 * transaction: others write meanwhile.
 */
export async function withStagedRuns<T>(
  connection: DuckDBConnection,
  files: readonly string[],
  use: () => Promise<T>,
): Promise<T> {
  try {
    await stage(connection, files);
    return await use();
  } finally {
    await connection.run('drop table if exists temp.stage');
  }
}

/** Writes the staged runs of this connection in its transaction; counts what became of them. */
export async function writeStagedRuns(
  connection: DuckDBConnection,
  source: string,
): Promise<RunCounts> {
  await connection.run('set variable source = $1', [source]);
  await connection.run(PLAN);
  const result = await connection.runAndReadAll(
    `select
       count_if(action = 'insert')::integer,
       count_if(action = 'update')::integer,
       count_if(action = 'unchanged')::integer,
       exists (select 1 from mirror.sweep_progress where source = $1)::integer
     from stage_plan`,
    [source],
  );
  const [inserted = 0, updated = 0, unchanged = 0, sweeping = 0] = (result.getRows()[0] ?? []).map(
    Number,
  );
  if (inserted + updated > 0) {
    await connection.run(WRITE);
    await bumpDataVersion(connection);
  }
  if (sweeping === 1) await connection.run(REMEMBER, [source]);
  await connection.run('drop table temp.stage_plan');
  return { seen: inserted + updated + unchanged, inserted, updated, unchanged };
}

/** Bytes. Far smaller ones read hardly faster, and stay with the allocator: 50 MB more at a million runs. */
const SMALLEST_BUFFER = 32 << 20;

/** Pages were looked at by their ends only: one that was garbled in the middle is found out here. */
async function stage(connection: DuckDBConnection, files: readonly string[]): Promise<void> {
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  // DuckDB reads through buffers of twice this size: a run is no longer than the page that it is in.
  const longest = Math.max(SMALLEST_BUFFER, ...sizes);
  try {
    await connection.run(STAGE, [listValue([...files]), longest], [LIST(VARCHAR), INTEGER]);
  } catch (error) {
    const message = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : '';
    if (!/json/i.test(message)) throw writeError(error);
    throw new RunlensError('BAD_ANSWER', 'a page of runs is no JSON that can be read', {
      cause: error,
    });
  }
}
