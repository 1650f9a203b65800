import type { WireExperiment } from '../mlflow/index.ts';
import type { KnownRuns } from './known-runs.ts';

export type SyncMode = 'incremental' | 'full';

/** What became of the runs of a batch. `seen` counts runs, not rows: a run read twice counts once. */
export interface RunCounts {
  seen: number;
  inserted: number;
  updated: number;
  unchanged: number;
}

export interface RunRef {
  runId: string;
  experimentId: string;
}

/** Runs that start in [fromMs, belowMs), ms since 1970 UTC; null is without a bound. */
export interface Slice {
  fromMs: bigint | null;
  belowMs: bigint | null;
}

/** Where the sweep stands in one experiment: what of it is still to be walked. */
export interface SweepPosition {
  experimentId: string;
  /** When its walk began, ms since 1970 UTC. */
  startedMs: number;
  /** Empty when it is done. */
  open: readonly Slice[];
}

/** Up to where an experiment is mirrored, and the newest runs that a refresh must meet again. */
export interface Cursor {
  experimentId: string;
  startMs: bigint;
  endMs: bigint;
}

/** What a refresh of an experiment must meet. Times are ms since 1970 UTC. */
export interface NewestRuns {
  experimentId: string;
  /** The run that starts last, and the one that ends last. */
  started: NewestRun | undefined;
  ended: NewestRun | undefined;
}

export interface NewestRun extends RunRef {
  ms: bigint;
}

/** Cursors of these experiments go to the newest of all their runs, but never beyond `nowMs`. */
export interface CursorMove {
  experimentIds: readonly string[];
  nowMs: number;
}

export interface RunBatch {
  source: string;
  /** Files of spooled JSON arrays of runs, the oldest answer first: a later one wins. */
  files: readonly string[];
  /** By id, of the bytes of all these runs: known once they are committed. */
  digests?: ReadonlyMap<string, string> | undefined;
  /** Committed with the rows, so that a killed sweep goes on from what is there. */
  positions?: readonly SweepPosition[];
  /** Committed with the rows too: a refresh goes on from what is there. */
  advance?: CursorMove | undefined;
  /** The batch before: a sweep's is read meanwhile; written after it, and not at all if it failed. */
  after?: Promise<unknown>;
}

export interface SyncOutcome {
  /** Interrupted: it was told to stop. */
  status: 'completed' | 'failed' | 'interrupted';
  requests: number;
  retries: number;
  counts: RunCounts & { removed: number };
  error?: string | undefined;
}

/**
 * What the ingester asks of the mirror; `store/` keeps the promises. Every call is one transaction in
 * the single write queue: whole after a crash, or not there at all.
 */
export interface Mirror {
  /** Where pages are spooled; emptied when the mirror opens. */
  readonly spoolFolder: string;
  /** Enters the sync into the log. @throws RunlensError SOURCE_CHANGED */
  startSync(source: string, trackingUri: string, mode: SyncMode): Promise<bigint>;
  finishSync(source: string, syncId: bigint, outcome: SyncOutcome): Promise<void>;
  /** Writes the experiments that are new or changed. */
  saveExperiments(source: string, experiments: readonly WireExperiment[]): Promise<void>;
  /** Writes the runs that are new or changed, and marks all of them as seen by a sweep under way. */
  loadRuns(batch: RunBatch): Promise<RunCounts>;
  /** Runs that need not be loaded again, in this process; a sweep under way must meet them all the same. */
  knownRuns(source: string): KnownRuns;

  /** When the last sweep ended and how long it took; null before the first. */
  lastSweep(source: string): Promise<{ endedMs: number; tookMs: number } | null>;
  /** The positions of an unfinished sweep; empty when none is under way. */
  sweepPositions(source: string): Promise<SweepPosition[]>;
  /** Begins a sweep of these experiments, or adds to the one under way; `restart` forgets that one. */
  beginSweep(source: string, experimentIds: readonly string[], restart: boolean): Promise<void>;
  /** Mirrored runs of the swept experiments that the sweep has not met. */
  unseenRuns(source: string, limit: number): Promise<RunRef[]>;
  /** A run that the sweep has met: an answer that lacks it is no evidence. */
  seenRun(source: string): Promise<RunRef | undefined>;
  /** Removes runs that the server has said are gone. Only a completed sweep calls this. */
  removeRuns(source: string, runIds: readonly string[]): Promise<number>;
  /** Removes experiments that the server has said are gone, with their runs. */
  removeExperiments(source: string, experimentIds: readonly string[]): Promise<number>;
  /**
   * Ends the sweep: forgets positions and seen runs, sets cursors. `whole` says that it listed all of
   * the source, not just experiments that were new.
   */
  endSweep(source: string, tookMs: number, whole: boolean): Promise<void>;

  cursors(source: string): Promise<Cursor[]>;
  /** Of each experiment that has runs. */
  newestRuns(source: string): Promise<readonly NewestRuns[]>;
  /** The runs held as RUNNING or SCHEDULED, or without an end. */
  openRuns(source: string): Promise<readonly RunRef[]>;
  /** Experiments held in the mirror. */
  experimentIds(source: string): Promise<string[]>;
}
