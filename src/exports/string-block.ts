import type { DuckDBDataChunk } from '@duckdb/node-api';
import { makeData, Utf8, type Data } from 'apache-arrow';
import {
  columnMemory,
  columnValidity,
  countBits,
  hasBit,
  INLINE_BYTES,
  longString,
  STRING_BYTES,
} from './vectors.ts';

/**
 * A window of rows times string columns, filled in any order. A cell is column x stride + row.
 * Each cell keeps the 16 bytes DuckDB has for the string, with the place of a long one's bytes here
 * instead of its pointer; columns are then written out front to back.
 */
export class StringBlock {
  readonly #stride: number;
  readonly #slots: Uint32Array;
  readonly #slotBytes: Uint8Array;
  readonly #valid: Uint8Array;
  #long = Buffer.allocUnsafe(64 * 1024);
  #longEnd = 0;

  /** @param stride rows a window at the most, a multiple of 8 */
  constructor(columns: number, stride: number) {
    this.#stride = stride;
    this.#slots = new Uint32Array(columns * stride * 4);
    this.#slotBytes = new Uint8Array(this.#slots.buffer);
    this.#valid = new Uint8Array((columns * stride) / 8);
  }

  clear(): void {
    this.#valid.fill(0);
    this.#longEnd = 0;
  }

  /** Takes a chunk of (cell int32, value varchar), without nulls. */
  add(chunk: DuckDBDataChunk): void {
    const cells = new Int32Array(columnMemory(chunk, 0, 4));
    const memory = columnMemory(chunk, 1, STRING_BYTES);
    const values = new Uint32Array(memory);
    for (let row = 0; row < cells.length; row++) {
      this.#put(cells[row] ?? 0, row, values, memory);
    }
  }

  /** Takes a column of a chunk as rows of the first column, from `start` on. */
  addRows(chunk: DuckDBDataChunk, column: number, start: number): void {
    const validity = columnValidity(chunk, column);
    const memory = columnMemory(chunk, column, STRING_BYTES);
    const values = new Uint32Array(memory);
    for (let row = 0; row < chunk.rowCount; row++) {
      if (validity === undefined || hasBit(validity, row)) {
        this.#put(start + row, row, values, memory);
      }
    }
  }

  #put(cell: number, row: number, values: Uint32Array, memory: ArrayBuffer): void {
    const slots = this.#slots;
    const from = row * 4;
    const to = cell * 4;
    const length = values[from] ?? 0;
    slots[to] = length;
    if (length <= INLINE_BYTES) {
      slots[to + 1] = values[from + 1] ?? 0;
      slots[to + 2] = values[from + 2] ?? 0;
      slots[to + 3] = values[from + 3] ?? 0;
    } else {
      slots[to + 1] = this.#keepLong(longString(memory, row, length));
    }
    this.#valid[cell >> 3] = (this.#valid[cell >> 3] ?? 0) | (1 << (cell & 7));
  }

  #keepLong(bytes: Uint8Array): number {
    const at = this.#longEnd;
    const end = at + bytes.byteLength;
    if (end > this.#long.byteLength) {
      const larger = Buffer.allocUnsafe(Math.max(end, this.#long.byteLength * 2));
      larger.set(this.#long.subarray(0, at));
      this.#long = larger;
    }
    this.#long.set(bytes, at);
    this.#longEnd = end;
    return at;
  }

  /** One column as Arrow, copied out, so that the block can be filled again. */
  column(index: number, length: number): Data<Utf8> {
    const first = index * this.#stride;
    const nullBitmap = this.#valid.slice(first / 8, first / 8 + Math.ceil(length / 8));
    const valueOffsets = new Int32Array(length + 1);
    const slots = this.#slots;
    let total = 0;
    for (let row = 0; row < length; row++) {
      if (hasBit(nullBitmap, row)) total += slots[(first + row) * 4] ?? 0;
      valueOffsets[row + 1] = total;
    }
    const data = new Uint8Array(total);
    for (let row = 0; row < length; row++) {
      const at = valueOffsets[row] ?? 0;
      const size = (valueOffsets[row + 1] ?? 0) - at;
      const slot = (first + row) * 4;
      if (size <= INLINE_BYTES) {
        const from = slot * 4 + 4;
        for (let byte = 0; byte < size; byte++) data[at + byte] = this.#slotBytes[from + byte] ?? 0;
      } else {
        const from = slots[slot + 1] ?? 0;
        data.set(this.#long.subarray(from, from + size), at);
      }
    }
    return makeData({
      type: new Utf8(),
      length,
      nullCount: length - countBits(nullBitmap, length),
      nullBitmap,
      valueOffsets,
      data,
    });
  }
}
