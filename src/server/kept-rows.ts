import type { Bindable, QueryOptions, Reader, Rows } from '../engine/engine.ts';

/** Values in all; some ten megabytes. */
const MAX_CELLS = 200_000;

/**
 * Rows by statement, for as long as the mirror is as it was. Whoever chooses a period asks for most of
 * the same again: what one may choose from, what is told of all time; and a page's script asks for the
 * rows that were drawn.
 */
export class KeptRows {
  readonly #maxCells: number;
  readonly #rows = new Map<string, Rows>();
  #of: string | undefined;
  #cells = 0;

  constructor({ maxCells = MAX_CELLS }: { maxCells?: number } = {}) {
    this.#maxCells = maxCells;
  }

  /** The reader of a snapshot of that state, which asks only for what is not kept of it. */
  over(of: string, reader: Reader): Reader {
    return {
      query: async (sql, values = [], options = {}) => {
        const key = keyOf(sql, values, options);
        const known = this.#of === of ? this.#rows.get(key) : undefined;
        const rows = known ?? (await reader.query(sql, values, options));
        this.#keep(of, key, rows);
        return rows;
      },
      stream: reader.stream.bind(reader),
      describe: reader.describe.bind(reader),
    };
  }

  /** The one used last goes to the end; the longest unused are dropped. */
  #keep(of: string, key: string, rows: Rows): void {
    if (this.#of !== of) {
      this.#rows.clear();
      this.#cells = 0;
      this.#of = of;
    }
    const before = this.#rows.get(key);
    this.#rows.delete(key);
    this.#rows.set(key, rows);
    this.#cells += sizeOf(rows) - (before === undefined ? 0 : sizeOf(before));
    for (const [oldest, old] of this.#rows) {
      if (this.#cells <= this.#maxCells) return;
      this.#rows.delete(oldest);
      this.#cells -= sizeOf(old);
    }
  }
}

/** A statement with no rows has its text to keep. */
const sizeOf = ({ columns, rows }: Rows): number => (rows.length + 1) * columns.length;

const keyOf = (sql: string, values: readonly Bindable[], { maxRows }: QueryOptions): string =>
  JSON.stringify([
    sql,
    maxRows,
    values.map((it) => (it instanceof Date ? it : [typeof it, String(it)])),
  ]);
