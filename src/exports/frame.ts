import type { RecordBatch, Schema } from 'apache-arrow';
import { RunlensError } from '../errors.ts';
import type { BoundSql } from '../queries/select.ts';

/** Rows to be written in any format: a schema, and the rows in pieces of bounded size. */
export interface Frame {
  schema: Schema;
  /** Rows in all, known beforehand because it is all of one snapshot. */
  rows: number;
  /** Whether a limit left rows out. */
  truncated?: boolean;
  /** To be read once. */
  batches: AsyncIterable<RecordBatch>;
  /**
   * Statements that give the same rows, one after the other, for the formats the engine writes. Made
   * when they are run: one names every column, and a large frame has thousands of them.
   */
  statements: readonly (() => BoundSql)[];
}

/** The frame, which fails rather than end early: a file that lacks rows must not look whole. */
export function complete(frame: Frame): Frame {
  async function* batches(): AsyncGenerator<RecordBatch> {
    let rows = 0;
    for await (const batch of frame.batches) {
      rows += batch.numRows;
      yield batch;
    }
    if (rows === frame.rows) return;
    throw new RunlensError('INTERNAL', `the export ended after ${rows} of ${frame.rows} rows`);
  }
  return { ...frame, batches: batches() };
}

/** Gives timers and sockets a turn, so that a long loop never holds the service up. */
export function nextTurn(): Promise<void> {
  return new Promise((turn) => setImmediate(turn));
}
