import type { DuckDBDataChunk } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';

/** DuckDB keeps a string in 16 bytes: its length, then the text itself when it has at most 12. */
export const STRING_BYTES = 16;
export const INLINE_BYTES = 12;

/**
 * The memory of a column's values, without a copy. It belongs to the chunk: hold on to the chunk
 * for as long as this is read.
 */
export function columnMemory(
  chunk: DuckDBDataChunk,
  column: number,
  bytesPerValue: number,
): ArrayBuffer {
  const vector = duckdb.data_chunk_get_vector(chunk.chunk, column);
  return duckdb.vector_get_data(vector, chunk.rowCount * bytesPerValue).buffer as ArrayBuffer;
}

/** One bit a row, lowest first, 1 for a value; undefined when the column has no nulls. */
export function columnValidity(chunk: DuckDBDataChunk, column: number): Uint8Array | undefined {
  const vector = duckdb.data_chunk_get_vector(chunk.chunk, column);
  const bytes: Uint8Array | null = duckdb.vector_get_validity(
    vector,
    Math.ceil(chunk.rowCount / 64) * 8,
  );
  return bytes === null || bytes.byteLength === 0 ? undefined : bytes;
}

/** The bytes of a string of more than 12, which its 16 bytes only point to. */
export function longString(memory: ArrayBuffer, row: number, length: number): Uint8Array {
  return duckdb.get_data_from_pointer(memory, row * STRING_BYTES + 8, length);
}

export const hasBit = (bits: Uint8Array, index: number): boolean =>
  (((bits[index >> 3] ?? 0) >> (index & 7)) & 1) === 1;

/** How many of the first `length` bits are set. */
export function countBits(bits: Uint8Array, length: number): number {
  let count = 0;
  const whole = length >> 3;
  for (let at = 0; at < whole; at++) {
    let byte = bits[at] ?? 0;
    byte -= (byte >> 1) & 0x55;
    byte = (byte & 0x33) + ((byte >> 2) & 0x33);
    count += (byte + (byte >> 4)) & 0x0f;
  }
  for (let at = whole << 3; at < length; at++) if (hasBit(bits, at)) count++;
  return count;
}
