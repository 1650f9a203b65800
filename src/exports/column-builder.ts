import type { DuckDBDataChunk } from '@duckdb/node-api';
import {
  Bool,
  DateDay,
  Float64,
  Int64,
  makeData,
  TimestampMicrosecond,
  TimestampSecond,
  Utf8,
  type Data,
  type DataType,
} from 'apache-arrow';
import type { ColumnType } from '../engine/engine.ts';
import { columnMemory, columnValidity, hasBit } from '../engine/vectors.ts';
import { StringBlock } from './string-block.ts';

/** What an export can hold: the engine's types, and a time that no row has (see `emptyTime`). */
export type ExportType = ColumnType | 'emptyTime';

const ARROW_TYPES: Record<ExportType, () => DataType> = {
  string: () => new Utf8(),
  double: () => new Float64(),
  int64: () => new Int64(),
  boolean: () => new Bool(),
  timestamp: () => new TimestampMicrosecond('UTC'),
  date: () => new DateDay(),
  // pandas makes a column of nothing but missing times datetime64[s] without a zone.
  emptyTime: () => new TimestampSecond(),
};

/** What the engine is asked to cast to, so that a column's memory is laid out as expected. */
export const ENGINE_TYPES: Record<ExportType, { sql: string; bytes: number }> = {
  string: { sql: 'varchar', bytes: 16 },
  double: { sql: 'double', bytes: 8 },
  int64: { sql: 'bigint', bytes: 8 },
  boolean: { sql: 'boolean', bytes: 1 },
  timestamp: { sql: 'timestamp', bytes: 8 },
  date: { sql: 'date', bytes: 4 },
  emptyTime: { sql: 'timestamp', bytes: 8 },
};

export const arrowType = (type: ExportType): DataType => ARROW_TYPES[type]();

/** Gathers one column of a result, chunk after chunk, into Arrow data. */
export class ColumnBuilder {
  readonly #type: ExportType;
  readonly #column: number;
  readonly #bytes: Uint8Array;
  readonly #valid: Uint8Array;
  readonly #strings: StringBlock | undefined;
  #length = 0;
  #nulls = 0;

  /** @param capacity rows it can hold, a multiple of 8 */
  constructor(type: ExportType, column: number, capacity: number) {
    this.#type = type;
    this.#column = column;
    this.#strings = type === 'string' ? new StringBlock(1, capacity) : undefined;
    const width = type === 'string' ? 0 : type === 'boolean' ? 1 / 8 : ENGINE_TYPES[type].bytes;
    this.#bytes = new Uint8Array(capacity * width);
    this.#valid = new Uint8Array(capacity / 8);
  }

  add(chunk: DuckDBDataChunk): void {
    const { rowCount } = chunk;
    const start = this.#length;
    this.#length += rowCount;
    if (this.#strings !== undefined) {
      this.#strings.addRows(chunk, this.#column, start);
      return;
    }
    const validity = columnValidity(chunk, this.#column);
    for (let row = 0; row < rowCount; row++) {
      if (validity === undefined || hasBit(validity, row)) setBit(this.#valid, start + row);
      else this.#nulls++;
    }
    const { bytes } = ENGINE_TYPES[this.#type];
    const memory = new Uint8Array(columnMemory(chunk, this.#column, bytes));
    if (this.#type !== 'boolean') {
      this.#bytes.set(memory, start * bytes);
      return;
    }
    for (let row = 0; row < rowCount; row++) {
      if (memory[row] !== 0) setBit(this.#bytes, start + row);
    }
  }

  /** The column so far. Used once: its memory goes out. */
  build(): Data {
    const length = this.#length;
    if (this.#strings !== undefined) return this.#strings.column(0, length);
    const shared = { length, nullCount: this.#nulls, nullBitmap: this.#valid };
    const { buffer } = this.#bytes;
    switch (this.#type) {
      case 'double':
        return makeData({ type: new Float64(), ...shared, data: new Float64Array(buffer) });
      case 'int64':
        return makeData({ type: new Int64(), ...shared, data: new BigInt64Array(buffer) });
      case 'boolean':
        return makeData({ type: new Bool(), ...shared, data: this.#bytes });
      case 'date':
        return makeData({ type: new DateDay(), ...shared, data: new Int32Array(buffer) });
      case 'emptyTime':
        return makeData({
          type: new TimestampSecond(),
          ...shared,
          data: new BigInt64Array(buffer),
        });
      default:
        return makeData({
          type: new TimestampMicrosecond('UTC'),
          ...shared,
          data: new BigInt64Array(buffer),
        });
    }
  }
}

function setBit(bits: Uint8Array, index: number): void {
  bits[index >> 3] = (bits[index >> 3] ?? 0) | (1 << (index & 7));
}
