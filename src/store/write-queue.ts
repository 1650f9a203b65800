import type { DuckDBConnection } from '@duckdb/node-api';
import type { DuckDbEngine } from '../engine/duckdb.ts';
import { writeError } from '../engine/engine-error.ts';

/** One write at a time, each task one transaction: committed whole, or rolled back (invariants 2, 11). */
export class WriteQueue {
  readonly #engine: DuckDbEngine;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(engine: DuckDbEngine) {
    this.#engine = engine;
  }

  /**
   * @param on the connection to use; any by default
   * @throws RunlensError WRITE_FAILED when the disk is full, and what the task throws
   */
  run<T>(task: (connection: DuckDBConnection) => Promise<T>, on?: DuckDBConnection): Promise<T> {
    return this.#next(async (connection) => {
      await connection.run('begin transaction');
      try {
        const result = await task(connection);
        await connection.run('commit');
        return result;
      } catch (error) {
        // DuckDB may have ended the transaction itself; the first error is the one to tell.
        await connection.run('rollback').catch(() => undefined);
        throw writeError(error);
      }
    }, on);
  }

  /** Takes its turn among the writes: none may be under way. */
  async checkpoint(): Promise<void> {
    await this.#next(() => this.#engine.checkpoint());
  }

  #next<T>(work: (connection: DuckDBConnection) => Promise<T>, on?: DuckDBConnection): Promise<T> {
    const turn = this.#tail.then(() =>
      on === undefined ? this.#engine.withConnection(work) : work(on),
    );
    this.#tail = turn.catch(() => undefined);
    return turn;
  }

  /** Resolves when all that was asked so far is done. */
  async drained(): Promise<void> {
    await this.#tail;
  }
}
