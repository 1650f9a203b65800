import type { Reader, Value } from '../engine/engine.ts';
import { formatHours } from '../render/format.ts';
import { RunlensError } from '../errors.ts';
import { select, type SelectOptions } from '../queries/select.ts';
import type { Catalog } from '../queries/view.ts';

export type Row = Record<string, Value>;

/** What pages of runs are read from. */
export interface ViewReader {
  catalog: Catalog;
  reader: Reader;
}

/**
 * Rows of a view by column name.
 * @throws RunlensError NOT_FOUND for a view that is not there
 */
export async function readView(
  { catalog, reader }: ViewReader,
  name: string,
  options: SelectOptions,
): Promise<Row[]> {
  const view = catalog.get(name);
  if (view === undefined) throw new RunlensError('NOT_FOUND', `there is no view ${name}`);
  const { sql, values } = select(view, options);
  const { columns, rows } = await reader.query(sql, values);
  return rows.map((row) => Object.fromEntries(columns.map((it, at) => [it.name, row[at] ?? null])));
}

/** A value as a name or an id; null is empty. */
export const textOf = (value: Value | undefined): string =>
  value === null || value === undefined ? '' : String(value);

/** What a run is called: by its id where its name shows nothing. */
export function nameOf(run: Row): string {
  const name = textOf(run['run_name']);
  return name.trim() === '' ? textOf(run['run_id']) : name;
}

/** How long a run took, in words. */
export function tookOf({ end_time: end = null, start_time: start = null }: Row): string {
  if (end === null) return 'not ended';
  return start === null ? '' : formatHours((Number(end) - Number(start)) / 3_600_000);
}
