import type { RecordBatch } from 'apache-arrow';
import { cellReader, type Cell } from './cells.ts';
import { nextTurn, type Frame } from './frame.ts';

/** Characters gathered before they go out. */
const PIECE = 64 * 1024;

/**
 * A frame as CSV (RFC 4180, UTF-8, a header line). A missing value is empty and an empty string is
 * `""`, so that the two stay apart; times are ISO 8601 in UTC.
 */
export async function* csvBytes({ schema, batches }: Frame): AsyncGenerator<Uint8Array> {
  const names = schema.fields.map((field) => field.name);
  yield Buffer.from(`${names.map(csvText).join(',')}\r\n`);
  for await (const batch of batches) {
    yield* lines(batch, (cells) => `${cells.map(csvCell).join(',')}\r\n`);
  }
}

/** A frame as one JSON object a line; NaN and infinities are strings, as MLflow writes them. */
export async function* ndjsonBytes({ schema, batches }: Frame): AsyncGenerator<Uint8Array> {
  const names = schema.fields.map((field) => JSON.stringify(field.name));
  for await (const batch of batches) yield* lines(batch, (cells) => `${jsonRow(names, cells)}\n`);
}

/** A frame as one JSON array of objects. */
export async function* jsonBytes({ schema, batches }: Frame): AsyncGenerator<Uint8Array> {
  const names = schema.fields.map((field) => JSON.stringify(field.name));
  let before = '[';
  for await (const batch of batches) {
    yield* lines(batch, (cells) => {
      const row = `${before}\n${jsonRow(names, cells)}`;
      before = ',';
      return row;
    });
  }
  yield Buffer.from(before === '[' ? '[]\n' : '\n]\n');
}

async function* lines(
  batch: RecordBatch,
  line: (cells: Cell[]) => string,
): AsyncGenerator<Uint8Array> {
  const readers = batch.data.children.map((child) => cellReader(child));
  let piece = '';
  for (let row = 0; row < batch.numRows; row++) {
    piece += line(readers.map((read) => read(row)));
    if (piece.length < PIECE) continue;
    yield Buffer.from(piece);
    piece = '';
    await nextTurn();
  }
  if (piece !== '') yield Buffer.from(piece);
}

function csvCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'string') return csvText(cell);
  if (Object.is(cell, -0)) return '-0.0';
  return typeof cell === 'object' ? csvText(json(cell)) : String(cell);
}

const csvText = (value: string): string =>
  value === '' || /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;

const jsonRow = (names: readonly string[], cells: readonly Cell[]): string =>
  `{${cells.map((cell, index) => `${names[index]}:${json(cell)}`).join(',')}}`;

/** As JSON.stringify, but an int64 keeps all of its digits and NaN its name. */
function json(cell: Cell): string {
  if (typeof cell === 'bigint') return cell.toString();
  if (typeof cell === 'number' && !Number.isFinite(cell)) return `"${cell}"`;
  if (Object.is(cell, -0)) return '-0.0';
  if (typeof cell !== 'object' || cell === null) return JSON.stringify(cell);
  const entries = Object.entries(cell).map(
    ([key, value]) => `${JSON.stringify(key)}:${json(value)}`,
  );
  return `{${entries.join(',')}}`;
}
