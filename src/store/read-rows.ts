import type { DuckDBConnection } from '@duckdb/node-api';

/** A row by the names of its columns, its values as the bindings give them. */
export type Row = Record<string, unknown>;

/** A small result, whole. */
export async function readRows(
  connection: DuckDBConnection,
  sql: string,
  values: (string | bigint)[],
): Promise<Row[]> {
  return (await connection.runAndReadAll(sql, values)).getRowObjects();
}
