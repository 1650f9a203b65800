import {
  DuckDBTimestampValue,
  DuckDBTypeId,
  TIMESTAMP,
  VARCHAR,
  BIGINT,
  DOUBLE,
  BOOLEAN,
  type DuckDBDataChunk,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { Bindable, Chunk, ColumnType, Value } from './engine.ts';
import {
  columnMemory,
  columnValidity,
  hasBit,
  INLINE_BYTES,
  longString,
  STRING_BYTES,
} from './vectors.ts';

const TYPES: Partial<Record<DuckDBTypeId, ColumnType>> = {
  [DuckDBTypeId.BOOLEAN]: 'boolean',
  [DuckDBTypeId.TINYINT]: 'int64',
  [DuckDBTypeId.SMALLINT]: 'int64',
  [DuckDBTypeId.INTEGER]: 'int64',
  [DuckDBTypeId.BIGINT]: 'int64',
  [DuckDBTypeId.UTINYINT]: 'int64',
  [DuckDBTypeId.USMALLINT]: 'int64',
  [DuckDBTypeId.UINTEGER]: 'int64',
  [DuckDBTypeId.UBIGINT]: 'int64',
  [DuckDBTypeId.HUGEINT]: 'int64',
  [DuckDBTypeId.FLOAT]: 'double',
  [DuckDBTypeId.DOUBLE]: 'double',
  [DuckDBTypeId.DECIMAL]: 'double',
  [DuckDBTypeId.TIMESTAMP]: 'timestamp',
  [DuckDBTypeId.TIMESTAMP_MS]: 'timestamp',
  [DuckDBTypeId.TIMESTAMP_S]: 'timestamp',
  [DuckDBTypeId.TIMESTAMP_TZ]: 'timestamp',
  [DuckDBTypeId.DATE]: 'date',
};

export function columnType(type: DuckDBType): ColumnType {
  return TYPES[type.typeId] ?? 'string';
}

/** Microseconds as milliseconds, rounded down also before 1970. */
const wholeMs = (micros: bigint): bigint => {
  const ms = micros / 1000n;
  return micros < 0n && ms * 1000n !== micros ? ms - 1n : ms;
};

/** How the other types come, one value at a time. */
function converter(type: DuckDBType): (value: DuckDBValue) => Value {
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
    case DuckDBTypeId.FLOAT:
      return (value) => value as Value;
    case DuckDBTypeId.TINYINT:
    case DuckDBTypeId.SMALLINT:
    case DuckDBTypeId.INTEGER:
    case DuckDBTypeId.UTINYINT:
    case DuckDBTypeId.USMALLINT:
    case DuckDBTypeId.UINTEGER:
      return (value) => BigInt(value as number);
    case DuckDBTypeId.UBIGINT:
    case DuckDBTypeId.HUGEINT:
      return (value) => value as bigint;
    case DuckDBTypeId.DECIMAL:
      return (value) => Number(String(value));
    case DuckDBTypeId.TIMESTAMP_MS:
      return (value) => (value as unknown as { millis: bigint }).millis;
    case DuckDBTypeId.TIMESTAMP_S:
      return (value) => (value as unknown as { seconds: bigint }).seconds * 1000n;
    default:
      return String;
  }
}

/**
 * One DuckDB chunk as plain JavaScript values (see `Value`), column by column. What most columns are is
 * read from the engine's memory: by the bindings' own objects a thousand rows of runs take twice as long.
 */
export function readChunk(chunk: DuckDBDataChunk): Chunk {
  const { rowCount } = chunk;
  return {
    rowCount,
    columns: Array.from({ length: chunk.columnCount }, (_, column) => readColumn(chunk, column)),
  };
}

function readColumn(chunk: DuckDBDataChunk, column: number): Value[] {
  const { type } = chunk.getColumnVector(column);
  const words = (): BigInt64Array => new BigInt64Array(columnMemory(chunk, column, 8));
  switch (type.typeId) {
    case DuckDBTypeId.VARCHAR:
      return readTexts(chunk, column);
    case DuckDBTypeId.DOUBLE:
      return withNulls(Array.from(new Float64Array(columnMemory(chunk, column, 8))), chunk, column);
    case DuckDBTypeId.BIGINT:
      return withNulls(Array.from(words()), chunk, column);
    case DuckDBTypeId.TIMESTAMP:
    case DuckDBTypeId.TIMESTAMP_TZ:
      return withNulls(Array.from(words(), wholeMs), chunk, column);
    default: {
      const convert = converter(type);
      return chunk.getColumnValues(column).map((it) => (it === null ? null : convert(it)));
    }
  }
}

function withNulls(values: Value[], chunk: DuckDBDataChunk, column: number): Value[] {
  const validity = columnValidity(chunk, column);
  if (validity === undefined) return values;
  return values.map((value, row) => (hasBit(validity, row) ? value : null));
}

/** Long texts that lie one behind the other come in one call: each call makes an object. */
function readTexts(chunk: DuckDBDataChunk, column: number): Value[] {
  const { rowCount } = chunk;
  const memory = columnMemory(chunk, column, STRING_BYTES);
  const short = Buffer.from(memory);
  const words = new Uint32Array(memory);
  const validity = columnValidity(chunk, column);
  const length = (row: number): number =>
    validity === undefined || hasBit(validity, row) ? (words[row * 4] ?? 0) : 0;
  const place = (row: number): number =>
    (words[row * 4 + 2] ?? 0) + (words[row * 4 + 3] ?? 0) * 2 ** 32;
  let long = { from: 0, bytes: Buffer.of() };
  const longFrom = (row: number): typeof long => {
    const from = place(row);
    let until = from;
    for (let next = row; next < rowCount; next++) {
      if (length(next) <= INLINE_BYTES) continue;
      if (place(next) !== until) break;
      until += length(next);
    }
    const { buffer, byteOffset } = longString(memory, row, until - from);
    return { from, bytes: Buffer.from(buffer as ArrayBuffer, byteOffset, until - from) };
  };
  const isAsBefore = (at: number): boolean =>
    words[at] === words[at - 4] &&
    words[at + 1] === words[at - 3] &&
    words[at + 2] === words[at - 2] &&
    words[at + 3] === words[at - 1];
  const texts: Value[] = [];
  let before: Value = null;
  for (let row = 0; row < rowCount; row++) {
    const bytes = length(row);
    if (validity !== undefined && !hasBit(validity, row)) {
      before = null;
    } else if (before !== null && isAsBefore(row * 4)) {
      // The same text.
    } else if (bytes <= INLINE_BYTES) {
      const start = row * STRING_BYTES + 4;
      before = short.toString('utf8', start, start + bytes);
    } else {
      const at = place(row);
      if (at < long.from || at >= long.from + long.bytes.length) long = longFrom(row);
      before = long.bytes.toString('utf8', at - long.from, at - long.from + bytes);
    }
    texts.push(before);
  }
  return texts;
}

/** Bound values with their types, so that a number is never guessed to be an integer. */
export function toDuckDb(values: readonly Bindable[]): {
  values: DuckDBValue[];
  types: DuckDBType[];
} {
  const bound: DuckDBValue[] = [];
  const types: DuckDBType[] = [];
  for (const value of values) {
    if (value instanceof Date) {
      bound.push(new DuckDBTimestampValue(BigInt(value.getTime()) * 1000n));
      types.push(TIMESTAMP);
      continue;
    }
    bound.push(value);
    if (typeof value === 'bigint') types.push(BIGINT);
    else if (typeof value === 'number') types.push(DOUBLE);
    else if (typeof value === 'boolean') types.push(BOOLEAN);
    else types.push(VARCHAR);
  }
  return { values: bound, types };
}
