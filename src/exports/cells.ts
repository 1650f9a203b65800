import { DataType, TimeUnit, type Data } from 'apache-arrow';

/** A value as text formats write it: times as ISO 8601 in UTC, maps as objects. */
export type Cell = string | number | bigint | boolean | null | { [key: string]: Cell };

/** A text that begins with U+FEFF keeps it. */
const text = new TextDecoder('utf-8', { ignoreBOM: true });

/** Reads one column of a record batch, row by row. */
export function cellReader(data: Data): (row: number) => Cell {
  const read = valueReader(data);
  return (row) => (data.getValid(row) ? read(row) : null);
}

function valueReader(data: Data): (row: number) => Cell {
  const { type, values, valueOffsets, children } = data;
  if (DataType.isUtf8(type)) {
    return (row) => text.decode(values.subarray(valueOffsets[row], valueOffsets[row + 1]));
  }
  if (DataType.isTimestamp(type)) {
    const perMs = type.unit === TimeUnit.SECOND ? 1 / 1000 : 1000;
    return (row) => isoTime(Math.floor(Number(values[row]) / perMs));
  }
  if (DataType.isDate(type)) return (row) => isoTime(Number(values[row]) * 86_400_000).slice(0, 10);
  if (DataType.isBool(type)) return (row) => ((values[row >> 3] >> (row & 7)) & 1) === 1;
  if (DataType.isMap(type)) {
    const [key, value] = children[0]?.children.map((child) => cellReader(child)) ?? [];
    return (row) => {
      const entries: [string, Cell][] = [];
      for (let at = valueOffsets[row] ?? 0; at < (valueOffsets[row + 1] ?? 0); at++) {
        const name = key?.(at);
        if (typeof name === 'string') entries.push([name, value?.(at) ?? null]);
      }
      return Object.fromEntries(entries);
    };
  }
  return (row) => values[row] as number | bigint;
}

/** Beyond the years that ISO 8601 has names for in JavaScript, the milliseconds themselves. */
function isoTime(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString();
}
