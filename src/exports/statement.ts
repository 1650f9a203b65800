import { Field, makeData, RecordBatch, Schema, Struct } from 'apache-arrow';
import { readerOn } from '../engine/duckdb-reader.ts';
import { quoteIdentifier, type BoundSql } from '../queries/select.ts';
import { arrowType, ColumnBuilder, ENGINE_TYPES, type ExportType } from './column-builder.ts';
import { nextTurn, type Frame } from './frame.ts';
import type { Snapshot } from './snapshot.ts';

/** Rows a batch; DuckDB hands them over in chunks of 2048. */
const BATCH_ROWS = 16_384;
const CHUNK_ROWS = 2048;

export interface ExportColumn {
  name: string;
  type: ExportType;
}

/**
 * Any statement as a frame: the rows of a view or of a panel.
 * @param counted gives as many rows, or more of them where a limit leaves some out
 */
export async function statementFrame(
  snapshot: Snapshot,
  { sql, values }: BoundSql,
  { counted = { sql, values }, limit = Infinity }: { counted?: BoundSql; limit?: number } = {},
): Promise<Frame> {
  const columns = await readerOn(snapshot.connection).describe(sql);
  const [count] = await snapshot.rows(
    `select count(*) from (${counted.sql}) counted`,
    counted.values,
  );
  const found = Number(count?.[0]);
  const schema = schemaOf(columns);
  const cast = { sql: castSql(sql, columns), values };
  return {
    schema,
    rows: Math.min(found, limit),
    truncated: found > limit,
    batches: statementBatches(snapshot, columns, cast, schema),
    statements: [() => cast],
  };
}

export function schemaOf(columns: readonly ExportColumn[]): Schema {
  return new Schema(columns.map(({ name, type }) => new Field(name, arrowType(type), true)));
}

/** The rows of a statement whose columns have exactly these types. */
export async function* statementBatches(
  snapshot: Snapshot,
  columns: readonly ExportColumn[],
  statement: BoundSql,
  schema: Schema,
): AsyncGenerator<RecordBatch> {
  const start = (): ColumnBuilder[] =>
    columns.map(({ type }, index) => new ColumnBuilder(type, index, BATCH_ROWS));
  const finish = (builders: ColumnBuilder[], length: number): RecordBatch => {
    const type = new Struct(schema.fields);
    const children = builders.map((builder) => builder.build());
    return new RecordBatch(schema, makeData({ type, length, nullCount: 0, children }));
  };
  let builders = start();
  let length = 0;
  for await (const chunk of snapshot.chunks(statement)) {
    for (const builder of builders) builder.add(chunk);
    length += chunk.rowCount;
    if (length <= BATCH_ROWS - CHUNK_ROWS) continue;
    yield finish(builders, length);
    await nextTurn();
    builders = start();
    length = 0;
  }
  if (length > 0) yield finish(builders, length);
}

/** The engine has more types than an export: the rest becomes text, and small integers int64. */
function castSql(sql: string, columns: readonly ExportColumn[]): string {
  const casts = columns.map(({ name, type }) => {
    const quoted = quoteIdentifier(name);
    return `cast(${quoted} as ${ENGINE_TYPES[type].sql}) as ${quoted}`;
  });
  return `select ${casts.join(', ')} from (${sql}) rows_of`;
}
