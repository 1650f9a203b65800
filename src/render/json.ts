import type { Column, Value } from '../engine/engine.ts';

/**
 * Rows as JSON text without loss: int64 as exact numbers, NaN and infinities as the strings
 * JavaScript and pandas read back, times as ISO 8601 in UTC.
 */
export function jsonRows(columns: readonly Column[], rows: readonly Value[][]): string {
  const keys = columns.map((it) => JSON.stringify(it.name));
  const lines = rows.map((row) => {
    const fields = keys.map((key, at) => `${key}:${jsonValue(row[at] ?? null, columns[at])}`);
    return `{${fields.join(',')}}`;
  });
  return `[${lines.join(',\n')}]`;
}

function jsonValue(value: Value, column: Column | undefined): string {
  if (typeof value === 'bigint') {
    return column?.type === 'timestamp' ? jsonTime(value) : value.toString();
  }
  if (typeof value !== 'number') return JSON.stringify(value);
  if (Object.is(value, -0)) return '-0.0';
  return Number.isFinite(value) ? JSON.stringify(value) : `"${value}"`;
}

/** Outside of what a JavaScript date holds, the exact number of milliseconds. */
function jsonTime(ms: bigint): string {
  const date = new Date(Number(ms));
  return Number.isNaN(date.getTime()) ? ms.toString() : `"${date.toISOString()}"`;
}
