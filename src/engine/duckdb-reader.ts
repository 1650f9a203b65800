import type { DuckDBConnection, DuckDBResult } from '@duckdb/node-api';
import { RunlensError } from '../errors.ts';
import { columnType, readChunk, toDuckDb } from './duckdb-values.ts';
import type { Bindable, Chunk, QueryOptions, Reader, Rows } from './engine.ts';
import { queryError } from './engine-error.ts';

const DEFAULT_MAX_ROWS = 100_000;
const DEFAULT_TIMEOUT_MS = 30_000;
const INSIST_MS = 20;

/** Reads on one connection, one after another. */
export function readerOn(connection: DuckDBConnection): Reader {
  return {
    async query(sql, values = [], options = {}) {
      const maxRows = options.maxRows ?? DEFAULT_MAX_ROWS;
      const { columns, chunks } = await this.stream(sql, values, {
        ...options,
        timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      });
      const rows: Rows['rows'] = [];
      for await (const chunk of chunks) {
        for (let row = 0; row < chunk.rowCount; row++) {
          if (rows.length === maxRows) return { columns, rows, truncated: true };
          rows.push(chunk.columns.map((column) => column[row] ?? null));
        }
      }
      return { columns, rows, truncated: false };
    },

    async stream(sql, values = [], options = {}) {
      const guard = interruptible(connection, options);
      try {
        // Not `connection.stream`: a streamed result that fails midway ends as if it were complete.
        // The engine holds (and may spill) this one; chunks become JavaScript values one by one.
        const result = await run(connection, sql, values);
        const columns = result
          .deduplicatedColumnNames()
          .map((name, index) => ({ name, type: columnType(result.columnType(index)) }));
        return { columns, chunks: readChunks(result) };
      } catch (error) {
        throw guard.explain(error, sql);
      } finally {
        guard.done();
      }
    },

    async describe(sql) {
      try {
        const prepared = await connection.prepare(sql);
        try {
          return Array.from({ length: prepared.columnCount }, (_, index) => ({
            name: prepared.columnName(index),
            type: columnType(prepared.columnType(index)),
          }));
        } finally {
          prepared.destroySync();
        }
      } catch (error) {
        throw queryError(error, sql);
      }
    },
  };
}

/**
 * Without values in one call: what is prepared first is planned with the bounds that the tables have at
 * that moment, and crashes the process when a writer commits a longer text before it runs. With values
 * the engine plans when it runs.
 */
function run(
  connection: DuckDBConnection,
  sql: string,
  values: readonly Bindable[],
): Promise<DuckDBResult> {
  if (values.length === 0) return connection.run(sql);
  const bound = toDuckDb(values);
  return connection.run(sql, bound.values, bound.types);
}

/** Needs the connection no more: who never begins to read holds nothing up. */
async function* readChunks(result: DuckDBResult): AsyncGenerator<Chunk> {
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    yield readChunk(chunk);
  }
}

function interruptible(
  connection: DuckDBConnection,
  options: Pick<QueryOptions, 'signal' | 'timeoutMs'>,
) {
  let reason: RunlensError | undefined;
  let insisting: NodeJS.Timeout | undefined;
  const stop = (error: RunlensError): void => {
    reason = error;
    connection.interrupt();
    // An interrupt that comes before the query runs is lost.
    insisting ??= setInterval(() => connection.interrupt(), INSIST_MS);
  };
  const { signal, timeoutMs } = options;
  const onAbort = (): void => stop(new RunlensError('CANCELLED', 'the query was cancelled'));
  if (signal?.aborted) throw new RunlensError('CANCELLED', 'the query was cancelled');
  signal?.addEventListener('abort', onAbort, { once: true });
  const timer =
    timeoutMs === undefined
      ? undefined
      : setTimeout(
          () =>
            stop(new RunlensError('QUERY_TIMEOUT', `the query took longer than ${timeoutMs} ms`)),
          timeoutMs,
        );
  return {
    done(): void {
      clearTimeout(timer);
      clearInterval(insisting);
      signal?.removeEventListener('abort', onAbort);
    },
    explain: (error: unknown, sql: string): RunlensError => reason ?? queryError(error, sql),
  };
}
