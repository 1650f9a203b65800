import { setTimeout as sleep } from 'node:timers/promises';
import type { DuckDBConnection, DuckDBDataChunk, DuckDBMaterializedResult } from '@duckdb/node-api';
import { readerOn } from '../engine/duckdb-reader.ts';
import { toDuckDb } from '../engine/duckdb-values.ts';
import type { DuckDbEngine } from '../engine/duckdb.ts';
import type { Bindable } from '../engine/engine.ts';
import { queryError } from '../engine/engine-error.ts';
import { RunlensError } from '../errors.ts';
import type { BoundSql } from '../queries/select.ts';
import { readState } from '../store/read-state.ts';
import type { MirrorState } from '../store/state.ts';
import { nextTurn } from './frame.ts';

/** Milliseconds of reading before other work gets its turn. */
const TURN_MS = 5;

/** Results made before they are read: with one, engine and reader wait for each other in turn. */
const AHEAD = 2;

/** An interrupt that comes before a statement runs is lost: it is repeated, in ms. */
const INSIST_MS = 20;

/**
 * One state of the mirror on one connection of its own, until it is closed. Temporary tables may be
 * made in it; they go when it closes. An aborted signal closes it.
 */
export class Snapshot {
  readonly connection: DuckDBConnection;
  readonly state: MirrorState;
  readonly #signal: AbortSignal | undefined;
  readonly #release: () => void;
  readonly #underWay = new Set<Promise<unknown>>();
  #chunk: DuckDBDataChunk | null = null;
  #closed = false;

  private constructor(
    connection: DuckDBConnection,
    state: MirrorState,
    signal: AbortSignal | undefined,
    release: () => void,
  ) {
    this.connection = connection;
    this.state = state;
    this.#signal = signal;
    this.#release = release;
  }

  /** @param options.onClose called once it is closed, and when it cannot be opened */
  static async open(
    engine: DuckDbEngine,
    { signal, onClose }: { signal?: AbortSignal | undefined; onClose?: () => void } = {},
  ): Promise<Snapshot> {
    let release = (): void => undefined;
    const closed = new Promise<void>((done) => (release = done));
    return new Promise((opened, failed) => {
      engine
        .withConnection(async (connection) => {
          let snapshot: Snapshot | undefined;
          const stop = (): void => snapshot?.close();
          if (signal?.aborted) throw cancelled();
          // Read only as far as the mirror goes: temporary tables may be made.
          await connection.run('begin transaction read only');
          try {
            const state = await readState(readerOn(connection));
            signal?.addEventListener('abort', stop);
            if (signal?.aborted) throw cancelled();
            snapshot = new Snapshot(connection, state, signal, release);
            opened(snapshot);
            await closed;
            await snapshot.#end();
          } finally {
            signal?.removeEventListener('abort', stop);
            await connection.run('rollback');
          }
        })
        .catch(failed)
        .finally(onClose);
    });
  }

  async run(sql: string, values: readonly Bindable[] = []): Promise<void> {
    const bound = toDuckDb(values);
    await this.#guard(sql, () => this.connection.run(sql, bound.values, bound.types));
  }

  /** A small result, whole. */
  async rows(sql: string, values: readonly Bindable[] = []): Promise<unknown[][]> {
    const bound = toDuckDb(values);
    const reader = await this.#guard(sql, () =>
      this.connection.runAndReadAll(sql, bound.values, bound.types),
    );
    return reader.getRowsJS();
  }

  /**
   * A result chunk by chunk, made as it is read. A chunk's memory lives until the next is asked for.
   * The binding ends a result that fails half-way as if it were whole: count the rows.
   */
  async *chunks({ sql, values }: BoundSql): AsyncGenerator<DuckDBDataChunk> {
    const bound = toDuckDb(values);
    const result = await this.#guard(sql, () =>
      this.connection.stream(sql, bound.values, bound.types),
    );
    for (;;) {
      this.#chunk = await this.#guard(sql, () => result.fetchChunk());
      if (this.#chunk === null || this.#chunk.rowCount === 0) return;
      yield this.#chunk;
    }
  }

  /**
   * The results of statements in their order, each whole in the engine's memory, which is several
   * times faster to read. While one is read, the next ones are made.
   */
  async *results(statements: Iterable<BoundSql>): AsyncGenerator<AsyncIterable<DuckDBDataChunk>> {
    const waiting = statements[Symbol.iterator]();
    const made: Promise<DuckDBMaterializedResult>[] = [];
    let latest: Promise<unknown> = Promise.resolve();
    const start = (): void => {
      const { value, done } = waiting.next();
      if (done) return;
      const { sql, values }: BoundSql = value;
      const bound = toDuckDb(values);
      const result = latest.then(() =>
        this.#guard(sql, () => this.connection.run(sql, bound.values, bound.types)),
      );
      // Told to whoever awaits it, also when that is not yet.
      result.catch(() => undefined);
      latest = result;
      made.push(result);
    };
    try {
      for (let ahead = 0; ahead < AHEAD; ahead++) start();
      for (let next = made.shift(); next !== undefined; next = made.shift()) {
        const result = await next;
        start();
        yield this.#read(result);
      }
    } finally {
      await Promise.allSettled(made);
    }
  }

  async *#read(result: DuckDBMaterializedResult): AsyncGenerator<DuckDBDataChunk> {
    let since = performance.now();
    for (let index = 0; index < result.chunkCount; index++) {
      // The engine, whose memory this is, may be closed by now.
      this.#assertOpen();
      this.#chunk = result.getChunk(index);
      yield this.#chunk;
      if (performance.now() - since < TURN_MS) continue;
      await nextTurn();
      since = performance.now();
    }
  }

  /** Idempotent. What is under way ends early, and what is asked for from then on is CANCELLED. */
  close(): void {
    this.#closed = true;
    this.#chunk = null;
    this.#release();
  }

  /** A connection that is given back while a statement still runs on it brings the process down. */
  async #end(): Promise<void> {
    while (this.#underWay.size > 0) {
      this.connection.interrupt();
      const all = Promise.allSettled(this.#underWay);
      await Promise.race([all, sleep(INSIST_MS)]);
    }
  }

  #assertOpen(): void {
    if (this.#closed || this.#signal?.aborted) throw cancelled();
  }

  async #guard<T>(sql: string, work: () => Promise<T>): Promise<T> {
    this.#assertOpen();
    const working = work();
    this.#underWay.add(working);
    try {
      const result = await working;
      this.#assertOpen();
      return result;
    } catch (error) {
      this.#assertOpen();
      throw queryError(error, sql);
    } finally {
      this.#underWay.delete(working);
    }
  }
}

const cancelled = (): RunlensError => new RunlensError('CANCELLED', 'the export was cancelled');
