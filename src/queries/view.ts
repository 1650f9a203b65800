import type { ColumnType } from '../engine/engine.ts';
import { RunlensError } from '../errors.ts';
import { nearest } from '../nearest.ts';

export interface ViewColumn {
  name: string;
  /** What it means, with its unit. */
  description: string;
  type: ColumnType;
}

/** One SQL file of `queries/`, installed in the engine under its name. */
export interface View {
  name: string;
  title: string;
  /** What one row is. */
  grain: string;
  columns: ViewColumn[];
  /** Where it was read from, for messages. */
  file: string;
  /** The query, without its header. */
  sql: string;
}

/** The views that can be asked, by name. A reload replaces all of them or, on a mistake, none. */
export interface Catalog {
  list(): View[];
  get(name: string): View | undefined;
}

/** @throws RunlensError BAD_REQUEST naming the column that the view does not have */
export function columnOf({ name, columns }: View, wanted: string): ViewColumn {
  const column = columns.find((it) => it.name === wanted);
  if (column !== undefined) return column;
  const names = columns.map((it) => it.name);
  const { message, hint } = noColumn(`the view ${name} has`, wanted, names);
  throw new RunlensError('BAD_REQUEST', message, { field: wanted, hint });
}

/** How one says, of a view or of what is made of it, that it has no such column. */
export function noColumn(
  what: string,
  wanted: string,
  columns: readonly string[],
): { message: string; hint: string } {
  const written = /^\w+$/.test(wanted) ? wanted : JSON.stringify(wanted);
  return {
    message: `${what} no column ${written}${nearest(wanted, columns)}`,
    hint: `Columns: ${columns.join(', ')}.`,
  };
}
