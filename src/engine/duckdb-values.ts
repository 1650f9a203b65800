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

const floorDiv = (a: bigint, b: bigint): bigint => (a - (((a % b) + b) % b)) / b;

function converter(type: DuckDBType): (value: DuckDBValue) => Value {
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
    case DuckDBTypeId.FLOAT:
    case DuckDBTypeId.DOUBLE:
    case DuckDBTypeId.VARCHAR:
      return (value) => value as Value;
    case DuckDBTypeId.TINYINT:
    case DuckDBTypeId.SMALLINT:
    case DuckDBTypeId.INTEGER:
    case DuckDBTypeId.UTINYINT:
    case DuckDBTypeId.USMALLINT:
    case DuckDBTypeId.UINTEGER:
      return (value) => BigInt(value as number);
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.UBIGINT:
    case DuckDBTypeId.HUGEINT:
      return (value) => value as bigint;
    case DuckDBTypeId.DECIMAL:
      return (value) => Number(String(value));
    case DuckDBTypeId.TIMESTAMP:
    case DuckDBTypeId.TIMESTAMP_TZ:
      return (value) => floorDiv((value as DuckDBTimestampValue).micros, 1000n);
    case DuckDBTypeId.TIMESTAMP_MS:
      return (value) => (value as unknown as { millis: bigint }).millis;
    case DuckDBTypeId.TIMESTAMP_S:
      return (value) => (value as unknown as { seconds: bigint }).seconds * 1000n;
    default:
      return String;
  }
}

/** One DuckDB chunk as plain JavaScript values (see `Value`), column by column. */
export function readChunk(chunk: DuckDBDataChunk): Chunk {
  const columns: Value[][] = [];
  for (let index = 0; index < chunk.columnCount; index++) {
    const convert = converter(chunk.getColumnVector(index).type);
    columns.push(
      chunk.getColumnValues(index).map((value) => (value === null ? null : convert(value))),
    );
  }
  return { rowCount: chunk.rowCount, columns };
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
