import { realpathSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { RunlensError } from '../errors.ts';
import { readerOn } from './duckdb-reader.ts';
import { openError } from './engine-error.ts';
import type {
  Bindable,
  Column,
  Engine,
  QueryOptions,
  Reader,
  ResultStream,
  Rows,
} from './engine.ts';

/** Idle connections kept; more are opened when needed and closed after use. */
const POOL_SIZE = 8;

const PROCESSORS = availableParallelism();

/** Who looks at a page soon looks at the next. */
const JUST_NOW_MS = 2_000;

export interface DuckDbOptions {
  /** A file, or `:memory:`. */
  path: string;
  /** Folders that DuckDB may read and write besides the database file itself. */
  folders?: string[];
  /** DuckDB's own bound on memory; default 80% of the machine's. */
  memoryLimit?: string;
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
  #snapshots = 0;
  #loads = 0;
  #threads = PROCESSORS;
  #shared: Promise<void> = Promise.resolve();
  #lastRead = -Infinity;

  private constructor(instance: DuckDBInstance, key: string | undefined) {
    this.#instance = instance;
    this.#key = key;
  }

  /** @throws RunlensError DATABASE_LOCKED, DATABASE_UNUSABLE */
  static async open(options: DuckDbOptions): Promise<DuckDbEngine> {
    const { path } = options;
    const key = path === ':memory:' ? undefined : fileKey(path);
    if (key !== undefined && openFiles.has(key)) {
      throw new RunlensError('DATABASE_LOCKED', `${path} is open in this process already`);
    }
    if (key !== undefined) openFiles.add(key);
    try {
      const instance = await createInstance(options);
      await attach(instance, path, options.folders ?? []);
      return new DuckDbEngine(instance, key);
    } catch (error) {
      if (key !== undefined) openFiles.delete(key);
      throw openError(path, error);
    }
  }

  /** Lends a connection of the one instance; used by the store to write, and by exports. */
  async withConnection<T>(use: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    if (this.#closed) throw new RunlensError('CANCELLED', 'the database is closed');
    const connection = this.#idle.pop() ?? (await connect(this.#instance));
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

  stream(
    sql: string,
    values?: readonly Bindable[],
    options?: Pick<QueryOptions, 'signal' | 'timeoutMs'>,
  ): Promise<ResultStream> {
    return this.withConnection((connection) => readerOn(connection).stream(sql, values, options));
  }

  describe(sql: string): Promise<Column[]> {
    return this.withConnection((connection) => readerOn(connection).describe(sql));
  }

  async snapshot<T>(read: (reader: Reader) => Promise<T>): Promise<T> {
    this.#snapshots += 1;
    try {
      return await this.withConnection(async (connection) => {
        await connection.run('begin transaction read only');
        try {
          return await read(readerOn(connection));
        } finally {
          await connection.run('rollback');
        }
      });
    } finally {
      this.#snapshots -= 1;
      this.#lastRead = performance.now();
    }
  }

  /** Whether somebody reads a snapshot, or did so just now. */
  get isRead(): boolean {
    return this.#snapshots > 0 || performance.now() - this.#lastRead < JUST_NOW_MS;
  }

  /**
   * Loads much, and leaves one processor to the event loop meanwhile. Who waits for a statement takes part in
   * its work, or else turns round and round: on two processors, one thread loads runs faster than two.
   */
  async load<T>(work: () => Promise<T>): Promise<T> {
    this.#loads += 1;
    try {
      await this.#shareProcessors();
      return await work();
    } finally {
      this.#loads -= 1;
      await this.#shareProcessors();
    }
  }

  /** One after the other, each as it is then: a load may begin while another one ends. */
  #shareProcessors(): Promise<void> {
    this.#shared = this.#setThreads(this.#shared);
    return this.#shared;
  }

  async #setThreads(before: Promise<void>): Promise<void> {
    await before;
    const threads = this.#loads === 0 ? PROCESSORS : Math.max(1, PROCESSORS - 1);
    if (threads === this.#threads || this.#closed) return;
    await this.withConnection((connection) => connection.run(`set threads = ${threads}`));
    this.#threads = threads;
  }

  /** Moves the log into the file; left for another time when a reader's transaction is in its way. */
  async checkpoint(): Promise<void> {
    await this.withConnection(async (connection) => {
      try {
        await connection.run(`checkpoint ${CATALOG}`);
      } catch (error) {
        if (!/cannot checkpoint/i.test(String(error))) throw error;
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

/**
 * The file under a name of ours: DuckDB would call the database as the file, and then a file named
 * like a schema makes every qualified name ambiguous.
 */
const CATALOG = 'runlens';

async function createInstance({ memoryLimit }: DuckDbOptions): Promise<DuckDBInstance> {
  const settings = {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    threads: String(PROCESSORS),
  };
  if (memoryLimit === undefined) return DuckDBInstance.create(':memory:', settings);
  try {
    return await DuckDBInstance.create(':memory:', { ...settings, memory_limit: memoryLimit });
  } catch (error) {
    // All that it says is that a setting could not be set.
    throw new RunlensError('BAD_CONFIG', `memory_limit is no size: '${memoryLimit}'`, {
      cause: error,
      field: 'memory_limit',
      hint: 'Such as 2GB or 512MB.',
    });
  }
}

/** Attaches the file; from then on SQL reaches no file, network or setting outside the given folders. */
async function attach(instance: DuckDBInstance, path: string, folders: string[]): Promise<void> {
  const quoted = (value: string): string => `'${value.replaceAll("'", "''")}'`;
  const connection = await instance.connect();
  try {
    await connection.run(`attach ${quoted(path)} as ${CATALOG} (type duckdb)`);
    await connection.run('set preserve_insertion_order = false');
    // A checkpoint writes the last row group of each table anew: after every batch of a first sync, as by
    // default, that took a tenth of its time. After a crash 64 MB of log are replayed in about a second.
    await connection.run("set wal_autocheckpoint = '64MB'");
    await connection.run("set timezone = 'UTC'");
    if (path !== ':memory:') await connection.run(`set temp_directory = ${quoted(`${path}.tmp`)}`);
    await connection.run(`set allowed_directories = [${folders.map(quoted).join(', ')}]`);
    await connection.run('set enable_external_access = false');
    await connection.run("set allowed_configs = ['threads']");
    await connection.run('set lock_configuration = true');
  } finally {
    connection.closeSync();
  }
}

async function connect(instance: DuckDBInstance): Promise<DuckDBConnection> {
  const connection = await instance.connect();
  await connection.run(`use ${CATALOG}`);
  return connection;
}

function fileKey(path: string): string {
  const full = resolve(path);
  try {
    return join(realpathSync(dirname(full)), basename(full));
  } catch (error) {
    throw openError(path, error);
  }
}
