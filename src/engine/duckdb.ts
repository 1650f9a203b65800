import { realpathSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { DuckDBInstance, type DuckDBConnection, type DuckDBResult } from '@duckdb/node-api';
import { RunlensError } from '../errors.ts';
import { columnType, readChunk, toDuckDb } from './duckdb-values.ts';
import type { Bindable, Chunk, Column, Engine, QueryOptions, Reader, Rows } from './engine.ts';

const DEFAULT_MAX_ROWS = 100_000;
const DEFAULT_TIMEOUT_MS = 30_000;

/** Idle connections kept; more are opened when needed and closed after use. */
const POOL_SIZE = 8;

export interface DuckDbOptions {
  /** A file, or `:memory:`. */
  path: string;
  /** Folders that DuckDB may read and write besides the database file itself. */
  folders?: string[];
  /** DuckDB's own bound on memory; default 80% of the machine's. */
  memoryLimit?: string;
  threads?: number;
}

/**
 * The files this process has open. DuckDB lets one process open a file twice, and then neither
 * instance sees the other's commits (invariant 11); so the second open is refused here.
 */
const openFiles = new Set<string>();

export class DuckDbEngine implements Engine {
  readonly dialect = 'duckdb';
  readonly #instance: DuckDBInstance;
  readonly #key: string | undefined;
  readonly #idle: DuckDBConnection[] = [];
  readonly #busy = new Set<DuckDBConnection>();
  #closed = false;

  private constructor(instance: DuckDBInstance, key: string | undefined) {
    this.#instance = instance;
    this.#key = key;
  }

  /** @throws RunlensError DATABASE_LOCKED, DATABASE_UNUSABLE */
  static async open(options: DuckDbOptions): Promise<DuckDbEngine> {
    const { path } = options;
    const key = path === ':memory:' ? undefined : await fileKey(path);
    if (key !== undefined && openFiles.has(key)) {
      throw new RunlensError('DATABASE_LOCKED', `${path} is open in this process already`);
    }
    if (key !== undefined) openFiles.add(key);
    try {
      const instance = await DuckDBInstance.create(path, {
        autoinstall_known_extensions: 'false',
        autoload_known_extensions: 'false',
        ...(options.memoryLimit === undefined ? {} : { memory_limit: options.memoryLimit }),
        ...(options.threads === undefined ? {} : { threads: String(options.threads) }),
      });
      const engine = new DuckDbEngine(instance, key);
      await engine.#lockDown(options.folders ?? []);
      return engine;
    } catch (error) {
      if (key !== undefined) openFiles.delete(key);
      throw openError(path, error);
    }
  }

  /** From here on SQL reaches no file, network or setting outside the given folders. */
  async #lockDown(folders: string[]): Promise<void> {
    await this.withConnection(async (connection) => {
      await connection.run('set preserve_insertion_order = false');
      await connection.run("set timezone = 'UTC'");
      const list = folders.map((folder) => `'${folder.replaceAll("'", "''")}'`).join(', ');
      await connection.run(`set allowed_directories = [${list}]`);
      await connection.run('set enable_external_access = false');
      await connection.run('set lock_configuration = true');
    });
  }

  /** Lends a connection of the one instance; used by the store to write, and by exports. */
  async withConnection<T>(use: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    if (this.#closed) throw new RunlensError('CANCELLED', 'the database is closed');
    const connection = this.#idle.pop() ?? (await this.#instance.connect());
    this.#busy.add(connection);
    try {
      return await use(connection);
    } finally {
      this.#busy.delete(connection);
      if (this.#closed || this.#idle.length >= POOL_SIZE) connection.closeSync();
      else this.#idle.push(connection);
    }
  }

  query(sql: string, values?: readonly Bindable[], options?: QueryOptions): Promise<Rows> {
    return this.withConnection((connection) => readerOn(connection).query(sql, values, options));
  }

  async stream(
    sql: string,
    values?: readonly Bindable[],
    options?: Pick<QueryOptions, 'signal' | 'timeoutMs'>,
  ) {
    // The connection stays lent until the last chunk is read or the loop is left.
    const { promise: released, resolve: release } = withResolvers<undefined>();
    const { promise: lent, resolve: lend, reject } = withResolvers<DuckDBConnection>();
    this.withConnection((it) => {
      lend(it);
      return released;
    }).catch(reject);
    const connection = await lent;
    try {
      const { columns, chunks } = await readerOn(connection).stream(sql, values, options);
      return { columns, chunks: finallyDo(chunks, () => release(undefined)) };
    } catch (error) {
      release(undefined);
      throw error;
    }
  }

  describe(sql: string): Promise<Column[]> {
    return this.withConnection((connection) => readerOn(connection).describe(sql));
  }

  snapshot<T>(read: (reader: Reader) => Promise<T>): Promise<T> {
    return this.withConnection(async (connection) => {
      await connection.run('begin transaction read only');
      try {
        return await read(readerOn(connection));
      } finally {
        await connection.run('rollback');
      }
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const connection of this.#busy) connection.interrupt();
    while (this.#busy.size > 0) await new Promise((turn) => setImmediate(turn));
    for (const connection of this.#idle) connection.closeSync();
    this.#instance.closeSync();
    if (this.#key !== undefined) openFiles.delete(this.#key);
  }
}

function readerOn(connection: DuckDBConnection): Reader {
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
        const bound = toDuckDb(values);
        const result = await connection.stream(sql, bound.values, bound.types);
        const columns = result
          .deduplicatedColumnNames()
          .map((name, index) => ({ name, type: columnType(result.columnType(index)) }));
        return { columns, chunks: readChunks(result, guard, sql) };
      } catch (error) {
        guard.done();
        throw guard.explain(error, sql);
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

async function* readChunks(
  result: DuckDBResult,
  guard: ReturnType<typeof interruptible>,
  sql: string,
): AsyncGenerator<Chunk> {
  try {
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) return;
      yield readChunk(chunk);
    }
  } catch (error) {
    throw guard.explain(error, sql);
  } finally {
    guard.done();
  }
}

function interruptible(
  connection: DuckDBConnection,
  options: Pick<QueryOptions, 'signal' | 'timeoutMs'>,
) {
  let reason: RunlensError | undefined;
  const stop = (error: RunlensError): void => {
    reason = error;
    connection.interrupt();
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
      signal?.removeEventListener('abort', onAbort);
    },
    explain: (error: unknown, sql: string): RunlensError => reason ?? queryError(error, sql),
  };
}

/** Promise.withResolvers, which Node 20 lacks. */
function withResolvers<T>() {
  let resolvePromise: (value: T) => void = () => undefined;
  let rejectPromise: (error: unknown) => void = () => undefined;
  const promise = new Promise<T>((done, failed) => {
    resolvePromise = done;
    rejectPromise = failed;
  });
  return { promise, resolve: resolvePromise, reject: rejectPromise };
}

async function* finallyDo<T>(items: AsyncIterable<T>, then: () => void): AsyncGenerator<T> {
  try {
    yield* items;
  } finally {
    then();
  }
}

function queryError(error: unknown, sql: string): RunlensError {
  if (error instanceof RunlensError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new RunlensError('QUERY_FAILED', message.split('\n', 1)[0] ?? 'the query failed', {
    cause: new Error(`${message}\nin: ${sql}`),
  });
}

async function fileKey(path: string): Promise<string> {
  const full = resolve(path);
  try {
    await mkdir(dirname(full), { recursive: true });
    return join(realpathSync(dirname(full)), basename(full));
  } catch (error) {
    throw openError(path, error);
  }
}

export function openError(path: string, error: unknown): RunlensError {
  if (error instanceof RunlensError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (message.includes('Could not set lock')) {
    const holder = /\(PID (\d+)\)/.exec(message)?.[1];
    const by = holder === undefined ? 'another process' : `process ${holder}`;
    return new RunlensError('DATABASE_LOCKED', `${path} is in use by ${by}`, { cause: error });
  }
  const first = message.split('\n', 1)[0] ?? '';
  return new RunlensError('DATABASE_UNUSABLE', `cannot open ${path}: ${first}`, { cause: error });
}
