import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { systemClock, type Clock } from '../clock.ts';
import { DuckDbEngine } from '../engine/duckdb.ts';
import { openError } from '../engine/engine-error.ts';
import type { Mirror } from '../ingest/mirror.ts';
import { packagePath } from '../paths.ts';
import { migrate } from './migrate.ts';
import { createMirror } from './mirror.ts';
import type { MirrorState } from './state.ts';
import { readState } from './read-state.ts';
import { closeInterrupted, forgetEmptySources } from './sync-log.ts';
import { WriteQueue } from './write-queue.ts';

export interface StoreOptions {
  /** The database file, or `:memory:`. */
  path: string;
  clock?: Clock;
  /** DuckDB's bound on memory, such as `2GB`; default 80% of the machine's. */
  memoryLimit?: string | undefined;
}

export type CommitListener = (state: MirrorState) => void;

/** The mirror's file: the only owner of the engine, the only place that writes. */
export class Store {
  readonly engine: DuckDbEngine;
  readonly mirror: Mirror;
  /** A folder DuckDB may read and write, beside the database; emptied when the store opens. */
  readonly workFolder: string;
  readonly #queue: WriteQueue;
  readonly #listeners = new Set<CommitListener>();
  readonly #temporary: boolean;
  #state: MirrorState = { dataVersion: 0, asOf: null, sources: [] };
  /** How many states were asked for, and which of them is held. */
  #asked = 0;
  #held = 0;

  private constructor(engine: DuckDbEngine, workFolder: string, temporary: boolean, clock: Clock) {
    this.engine = engine;
    this.workFolder = workFolder;
    this.#temporary = temporary;
    this.#queue = new WriteQueue(engine);
    this.mirror = createMirror(this, clock);
  }

  /** @throws RunlensError DATABASE_LOCKED, DATABASE_UNUSABLE, DATABASE_TOO_NEW */
  static async open({ path, clock = systemClock, memoryLimit }: StoreOptions): Promise<Store> {
    const temporary = path === ':memory:';
    const workFolder = temporary
      ? mkdtempSync(join(tmpdir(), 'runlens-'))
      : resolve(`${path}.spool`);
    const engine = await DuckDbEngine.open({
      path,
      folders: [workFolder],
      ...(memoryLimit === undefined ? {} : { memoryLimit }),
    });
    try {
      // Only now: the lock on the file says that no other process spools here.
      emptyFolder(path, workFolder);
      const store = new Store(engine, workFolder, temporary, clock);
      await store.write(async (connection) => {
        await migrate(connection);
        await connection.run(readFileSync(packagePath('src/store/macros.sql'), 'utf8'));
        await closeInterrupted(connection);
        await forgetEmptySources(connection);
      });
      return store;
    } catch (error) {
      await engine.close();
      throw error;
    }
  }

  /** What pages and exports say of the mirror; kept in memory, read anew after every write. */
  state(): MirrorState {
    return this.#state;
  }

  /** Calls back after a write that moved the data version or a source's freshness. */
  onCommit(listener: CommitListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Runs a task in the single write queue, as one transaction; of `on`, where temporary tables are. */
  async write<T>(
    task: (connection: DuckDBConnection) => Promise<T>,
    on?: DuckDBConnection,
  ): Promise<T> {
    const result = await this.#queue.run(task, on);
    await this.#readState();
    return result;
  }

  async #readState(): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    const state = await readState(this.engine);
    // Of two writes the later one may be answered first: what it says is not taken back.
    if (asked < this.#held) return;
    this.#held = asked;
    const changed = JSON.stringify(state) !== JSON.stringify(this.#state);
    this.#state = state;
    if (changed) for (const listener of this.#listeners) listener(state);
  }

  /**
   * Moves what the log holds into the file; what is committed stays either way. A sweep ends with it: the
   * log of a long one would otherwise be moved by a refresh after it, which then takes half as long again.
   */
  async checkpoint(): Promise<void> {
    await this.#queue.checkpoint();
  }

  async close(): Promise<void> {
    await this.#queue.drained();
    await this.engine.close();
    if (this.#temporary) rmSync(this.workFolder, { recursive: true, force: true });
  }
}

function emptyFolder(path: string, folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    for (const entry of readdirSync(folder)) {
      rmSync(join(folder, entry), { recursive: true, force: true });
    }
  } catch (error) {
    throw openError(path, error);
  }
}
