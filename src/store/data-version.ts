import type { DuckDBConnection } from '@duckdb/node-api';

/** To be called in every transaction that changes what readers see: caches are keyed by it. */
export async function bumpDataVersion(connection: DuckDBConnection): Promise<void> {
  await connection.run('update mirror.state set data_version = data_version + 1');
}
