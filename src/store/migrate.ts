import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { RunlensError } from '../errors.ts';
import { packagePath } from '../paths.ts';

interface Migration {
  version: number;
  file: string;
}

function migrations(folder: string): Migration[] {
  return readdirSync(folder)
    .filter((file) => /^\d{3}_\w+\.sql$/.test(file))
    .sort()
    .map((file) => ({ version: Number(file.slice(0, 3)), file: join(folder, file) }));
}

/**
 * Brings the tables up to this version's, in the caller's transaction.
 * @throws RunlensError DATABASE_TOO_NEW when a later Runlens wrote the file
 */
export async function migrate(connection: DuckDBConnection): Promise<void> {
  await connection.run('create schema if not exists mirror');
  await connection.run(
    'create table if not exists mirror.schema_versions (version integer primary key)',
  );
  const result = await connection.runAndReadAll(
    'select coalesce(max(version), 0) as version from mirror.schema_versions',
  );
  const current = Number(result.getRows()[0]?.[0] ?? 0);
  const all = migrations(packagePath('src/store/migrations'));
  const newest = all.at(-1)?.version ?? 0;
  if (current > newest) {
    throw new RunlensError(
      'DATABASE_TOO_NEW',
      `the database has version ${current}, this Runlens knows ${newest}`,
    );
  }
  for (const { version, file } of all) {
    if (version <= current) continue;
    await connection.run(readFileSync(file, 'utf8'));
    await connection.run('insert into mirror.schema_versions values ($1)', [version]);
  }
}
