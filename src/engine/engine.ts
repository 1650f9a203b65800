/**
 * The contract between Runlens and a SQL engine. DuckDB is the embedded one; a distributed one can
 * stand behind the same five calls. SQL comes from files; values travel beside it, never in it.
 */

/** What a column holds once read. Other engine types arrive as `string`. */
export type ColumnType = 'string' | 'double' | 'int64' | 'boolean' | 'timestamp' | 'date';

export interface Column {
  name: string;
  type: ColumnType;
}

/**
 * string -> string · double -> number (NaN and infinities kept) · int64 -> bigint · boolean ->
 * boolean · timestamp -> bigint, milliseconds since 1970 UTC · date -> string YYYY-MM-DD.
 */
export type Value = string | number | bigint | boolean | null;

/** What may be bound: numbers bind as DOUBLE, bigints as BIGINT, dates as TIMESTAMP (UTC). */
export type Bindable = string | number | bigint | boolean | null | Date;

export interface Rows {
  columns: Column[];
  /** Row by row, values in the order of `columns`. */
  rows: Value[][];
  /** True when `maxRows` cut the result. */
  truncated: boolean;
}

/** Some rows, column by column. */
export interface Chunk {
  rowCount: number;
  columns: Value[][];
}

export interface QueryOptions {
  /** Rows returned at the most; default 100 000. The result says when it was cut. */
  maxRows?: number;
  /** Milliseconds until the query is interrupted (QUERY_TIMEOUT); default 30 000. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

export interface ResultStream {
  columns: Column[];
  chunks: AsyncIterable<Chunk>;
}

/** Reads that may be asked of an engine, or of one snapshot of it. */
export interface Reader {
  /** Reads one statement as one snapshot. Values are bound to $1, $2, … */
  query(sql: string, values?: readonly Bindable[], options?: QueryOptions): Promise<Rows>;
  /** The same without a row limit, chunk by chunk. */
  stream(
    sql: string,
    values?: readonly Bindable[],
    options?: Pick<QueryOptions, 'signal' | 'timeoutMs'>,
  ): Promise<ResultStream>;
  /** The columns a statement would give, without running it. */
  describe(sql: string): Promise<Column[]>;
}

export interface Engine extends Reader {
  readonly dialect: 'duckdb';
  /** Several reads of one state of the database, one after another; writers go on meanwhile. */
  snapshot<T>(read: (reader: Reader) => Promise<T>): Promise<T>;
  /** Ends running queries; idempotent. */
  close(): Promise<void>;
}
