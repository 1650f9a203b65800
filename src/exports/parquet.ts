import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DataType, type Schema } from 'apache-arrow';
import type { Bindable } from '../engine/engine.ts';
import { quoteIdentifier } from '../queries/select.ts';
import type { Frame } from './frame.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * A frame as a Parquet file (zstd), which the engine writes itself, window by window, into a folder
 * of its own that goes when the reader is done or gone.
 * @param workFolder a folder that the engine may write to
 * @param metadata goes into the file's key-value metadata
 */
export async function* parquetBytes(
  snapshot: Snapshot,
  { schema, statements }: Frame,
  workFolder: string,
  metadata: ReadonlyMap<string, string>,
): AsyncGenerator<Uint8Array> {
  const folder = await mkdtemp(join(workFolder, 'parquet-'));
  try {
    const whole = join(folder, 'whole.parquet');
    const parts: string[] = [];
    const [only, ...others] = statements;
    if (only !== undefined && others.length === 0) {
      const { sql, values } = only();
      await copy(snapshot, inUtc(sql, schema), values, whole, metadata);
    } else {
      for (const [index, statement] of statements.entries()) {
        const { sql, values } = statement();
        const part = join(folder, `part-${String(index).padStart(6, '0')}.parquet`);
        await copy(snapshot, sql, values, part);
        parts.push(part);
      }
      const list = parts.map((_, index) => `$${index + 1}`).join(', ');
      const joined = inUtc(`select * from read_parquet([${list}])`, schema);
      await copy(snapshot, joined, parts, whole, metadata);
      for (const part of parts) await rm(part);
    }
    yield* createReadStream(whole, { highWaterMark: 256 * 1024 });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Times as moments in UTC, as Arrow has them: without a zone, pandas and Spark read them as local. */
function inUtc(sql: string, schema: Schema): string {
  const moments = schema.fields
    .filter(({ type }) => DataType.isTimestamp(type) && typeof type.timezone === 'string')
    .map(({ name }) => quoteIdentifier(name))
    .map((name) => `make_timestamptz(epoch_us(${name})) as ${name}`);
  return moments.length === 0
    ? sql
    : `select * replace (${moments.join(', ')}) from (${sql}) moments`;
}

async function copy(
  snapshot: Snapshot,
  sql: string,
  values: readonly Bindable[],
  path: string,
  metadata: ReadonlyMap<string, string> = new Map(),
): Promise<void> {
  const bound: Bindable[] = [...values];
  const bind = (value: Bindable): string => `$${bound.push(value)}`;
  const target = bind(path);
  const entries = [...metadata].map(([key, value]) => `${key}: ${bind(value)}`);
  const kept = entries.length === 0 ? '' : `, kv_metadata {${entries.join(', ')}}`;
  await snapshot.run(
    `copy (${sql}) to ${target} (format parquet, compression zstd, preserve_order true${kept})`,
    bound,
  );
}
