import type { DuckDBDataChunk } from '@duckdb/node-api';
import { Float64, makeData, type Data } from 'apache-arrow';
import { columnMemory, countBits } from '../engine/vectors.ts';

/**
 * A window of rows times columns of numbers, filled in any order. A cell is column x stride + row,
 * so that each column lies in one piece and becomes Arrow as it is. Used once: its memory goes out.
 */
export class DoubleBlock {
  readonly #stride: number;
  readonly #values: Float64Array;
  readonly #valid: Uint8Array;

  /** @param stride rows a window at the most, a multiple of 8 */
  constructor(columns: number, stride: number) {
    this.#stride = stride;
    this.#values = new Float64Array(columns * stride);
    this.#valid = new Uint8Array((columns * stride) / 8);
  }

  /** Takes a chunk of (cell int32, value double), without nulls. */
  add(chunk: DuckDBDataChunk): void {
    const rowCount = chunk.rowCount;
    const cells = new Int32Array(columnMemory(chunk, 0, 4));
    const from = new Float64Array(columnMemory(chunk, 1, 8));
    const values = this.#values;
    const valid = this.#valid;
    for (let row = 0; row < rowCount; row++) {
      const cell = cells[row] ?? 0;
      values[cell] = from[row] ?? 0;
      valid[cell >> 3] = (valid[cell >> 3] ?? 0) | (1 << (cell & 7));
    }
  }

  column(index: number, length: number): Data<Float64> {
    const first = index * this.#stride;
    const nullBitmap = this.#valid.subarray(first / 8, first / 8 + Math.ceil(length / 8));
    return makeData({
      type: new Float64(),
      length,
      nullCount: length - countBits(nullBitmap, length),
      nullBitmap,
      data: this.#values.subarray(first, first + length),
    });
  }
}
