import { readFileSync } from 'node:fs';
import { listValue, LIST, VARCHAR, type DuckDBConnection } from '@duckdb/node-api';
import type { RunCounts } from '../ingest/mirror.ts';
import { packagePath } from '../paths.ts';
import { bumpDataVersion } from './data-version.ts';

const STAGE = readFileSync(packagePath('src/store/stage.sql'), 'utf8');
const APPLY = readFileSync(packagePath('src/store/apply.sql'), 'utf8');

/** Loads spooled pages in the caller's transaction; counts what became of their runs. */
export async function loadRuns(
  connection: DuckDBConnection,
  source: string,
  files: readonly string[],
): Promise<RunCounts> {
  if (files.length === 0) return { seen: 0, inserted: 0, updated: 0, unchanged: 0 };
  await connection.run('set variable source = $1', [source]);
  await connection.run(STAGE, [listValue([...files])], [LIST(VARCHAR)]);
  await connection.run(APPLY);
  const result = await connection.runAndReadAll(
    'select action, count(*)::integer from stage_plan group by action',
  );
  const counts = Object.fromEntries(result.getRows()) as Record<string, number>;
  const { insert = 0, update = 0, unchanged = 0 } = counts;
  for (const table of [
    'stage',
    'stage_keep',
    'stage_plan',
    'stage_write',
    'stage_old',
    'stage_tags',
  ]) {
    await connection.run(`drop table temp.${table}`);
  }
  if (insert + update > 0) await bumpDataVersion(connection);
  return { seen: insert + update + unchanged, inserted: insert, updated: update, unchanged };
}
