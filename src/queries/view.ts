import type { ColumnType } from '../engine/engine.ts';

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
