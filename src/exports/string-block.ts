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
} from '../engine/vectors.ts';

/**
 * A window of rows times string columns, filled in any order. A cell is column x stride + row.
 * Each cell keeps the 16 bytes DuckDB has for the string, with the place of a long one's bytes here
 * instead of its pointer; columns are then written out front to back.
 */
export class StringBlock {
  readonly #stride: number;
  readonly #slots: Uint32Array;
  readonly #valid: Uint8Array;
  #long = Buffer.allocUnsafe(64 * 1024);
  #longEnd = 0;
  /** Long strings not copied yet, which lie one behind the other in the engine's memory. */
  #run = { row: 0, from: 0, until: 0 };

  /** @param stride rows a window at the most, a multiple of 8 */
  constructor(columns: number, stride: number) {
    this.#stride = stride;
    this.#slots = new Uint32Array(columns * stride * 4);
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
    this.#copyRun(memory);
  }

  /** Takes a column of a chunk as rows of the first column, from `start` on. */
  addRows(chunk: DuckDBDataChunk, column: number, start: number): void {
    const { rowCount } = chunk;
    const validity = columnValidity(chunk, column);
    const memory = columnMemory(chunk, column, STRING_BYTES);
    const values = new Uint32Array(memory);
    for (let row = 0; row < rowCount; row++) {
      if (validity === undefined || hasBit(validity, row)) {
        this.#put(start + row, row, values, memory);
      }
    }
    this.#copyRun(memory);
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
      const pointer = (values[from + 2] ?? 0) + (values[from + 3] ?? 0) * 2 ** 32;
      if (pointer !== this.#run.until) {
        this.#copyRun(memory);
        this.#run.row = row;
        this.#run.from = pointer;
      }
      this.#run.until = pointer + length;
      slots[to + 1] = this.#longEnd + pointer - this.#run.from;
    }
    this.#valid[cell >> 3] = (this.#valid[cell >> 3] ?? 0) | (1 << (cell & 7));
  }

  /** One call for many strings: each call makes an object for the garbage collector. */
  #copyRun(memory: ArrayBuffer): void {
    const { row, from, until } = this.#run;
    if (until > from) {
      const at = this.#longEnd;
      const end = at + until - from;
      if (end + 3 > this.#long.byteLength) {
        const larger = Buffer.allocUnsafe(Math.max(end + 3, this.#long.byteLength * 2));
        larger.set(this.#long.subarray(0, at));
        this.#long = larger;
      }
      this.#long.set(longString(memory, row, until - from), at);
      this.#longEnd = end;
    }
    this.#run = { row: 0, from: 0, until: 0 };
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
    // Copied in words of 4 bytes: what the last one has too much is written over, or cut off.
    const data = new Uint8Array(total + 3);
    const target = new DataView(data.buffer);
    const inline = new DataView(slots.buffer);
    const long = new DataView(this.#long.buffer, this.#long.byteOffset);
    for (let row = 0; row < length; row++) {
      const at = valueOffsets[row] ?? 0;
      const end = valueOffsets[row + 1] ?? 0;
      const slot = (first + row) * 4;
      const size = end - at;
      const source = size <= INLINE_BYTES ? inline : long;
      let from = size <= INLINE_BYTES ? slot * 4 + 4 : (slots[slot + 1] ?? 0);
      for (let to = at; to < end; to += 4, from += 4) {
        target.setInt32(to, source.getInt32(from));
      }
    }
    return makeData({
      type: new Utf8(),
      length,
      nullCount: length - countBits(nullBitmap, length),
      nullBitmap,
      valueOffsets,
      data: data.subarray(0, total),
    });
  }
}
