import type { Snapshot } from './snapshot.ts';

export const KEYED = ['metrics', 'params', 'tags'] as const;
export type Keyed = (typeof KEYED)[number];

/**
 * Runs that are asked for the bytes of their values, and for nearly all keys. Not more: the engine
 * passes over the rows in between for as long as these are at the most 50 (dynamic_or_filter_threshold).
 */
const SAMPLE = 50;

export interface KeyedColumns {
  /** Sorted; a key's place is its column's number. */
  keys: string[];
  /** Bytes of a run's values, about. */
  bytes: number;
}

/**
 * The keys that the chosen runs have, as temporary table `metrics_code`, … (key, code). A key that
 * some sampled run has needs no search through all runs; mostly none is left for that.
 * @param rows chosen runs, at least one
 * @param globs patterns of whole column names such as `metrics.val_*`; none for all
 */
export async function codeKeys(
  snapshot: Snapshot,
  table: Keyed,
  rows: number,
  globs: readonly string[],
): Promise<KeyedColumns> {
  const step = Math.ceil(rows / SAMPLE);
  const size = table === 'metrics' ? '8' : 'strlen(c.value)';
  await snapshot.run(
    `create temp table ${table}_found as
    select c.key, sum(cast(${size} as double)) as bytes
    from mirror.${table} c
    join chosen s on s.run_no = c.run_no
    where s.pos % $1 = 0
    group by c.key`,
    [BigInt(step)],
  );
  await snapshot.run(
    `create temp table ${table}_other as
    select key from (select distinct key from mirror.${table}) known
    where not exists (from ${table}_found f where f.key = known.key)`,
  );
  // On its own, so that the engine knows how few these are, and begins with them.
  await snapshot.run(
    `insert into ${table}_found
    select distinct c.key, 0
    from mirror.${table} c
    join ${table}_other o on o.key = c.key
    join chosen s on s.run_no = c.run_no`,
  );
  const tests = globs.map((_, index) => `'${table}.' || key glob $${index + 1}`);
  await snapshot.run(
    `create temp table ${table}_code as
    select key, cast(row_number() over (order by key) - 1 as integer) as code, bytes
    from ${table}_found
    where ${tests.length === 0 ? 'true' : tests.join(' or ')}`,
    [...globs],
  );
  const found = await snapshot.rows(`select key, bytes from ${table}_code order by code`);
  const bytes = found.reduce((sum, [, some]) => sum + Number(some), 0);
  return { keys: found.map(([key]) => String(key)), bytes: bytes / Math.ceil(rows / step) };
}
