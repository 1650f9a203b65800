import type { Bindable } from '../engine/engine.ts';
import type { Snapshot } from './snapshot.ts';

export const KEYED = ['metrics', 'params', 'tags'] as const;
export type Keyed = (typeof KEYED)[number];

export interface KeyedColumns {
  /** Sorted; a key's place is its column's number. */
  keys: string[];
  /** Bytes of all values together. */
  bytes: number;
}

/**
 * The keys that the chosen runs have, as temporary table `metrics_code`, … (key, code).
 * @param globs patterns of whole column names such as `metrics.val_*`; none for all
 */
export async function codeKeys(
  snapshot: Snapshot,
  table: Keyed,
  globs: readonly string[],
): Promise<KeyedColumns> {
  const values: Bindable[] = [...globs];
  const tests = globs.map((_, index) => `'${table}.' || c.key glob $${index + 1}`);
  const size = table === 'metrics' ? '8' : 'strlen(c.value)';
  await snapshot.run(
    `create temp table ${table}_code as
    select key, cast(row_number() over (order by key) - 1 as integer) as code, bytes
    from (
      select c.key, sum(cast(${size} as double)) as bytes
      from mirror.${table} c
      join chosen s on s.run_no = c.run_no
      where ${tests.length === 0 ? 'true' : `(${tests.join(' or ')})`}
      group by c.key
    ) found`,
    values,
  );
  const rows = await snapshot.rows(`select key, bytes from ${table}_code order by code`);
  return {
    keys: rows.map(([key]) => String(key)),
    bytes: rows.reduce((sum, [, bytes]) => sum + Number(bytes), 0),
  };
}
