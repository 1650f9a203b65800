import { systemClock, type Clock } from '../clock.ts';
import { toRunlensError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { WireExperiment } from '../mlflow/index.ts';
import type { Source } from '../sources/source.ts';
import { DEFAULT_BATCH_BYTES, Loader } from './loader.ts';
import type { Mirror, RunCounts, SyncMode, SyncOutcome } from './mirror.ts';
import { readHeld, refreshExperiments } from './refresh.ts';
import { findExperiments, listExperiments, type WantedExperiment } from './scope.ts';
import { removeGoneExperiments, removeUnseen, walkExperiments, type SweepDeps } from './sweep.ts';

export interface SyncProgress {
  source: string;
  phase: 'experiments' | 'refresh' | 'sweep' | 'removals';
  experimentsDone: number;
  experiments: number;
  runs: number;
}

export const NOT_BEGUN = {
  phase: 'experiments',
  experimentsDone: 0,
  experiments: 0,
  runs: 0,
} as const satisfies Omit<SyncProgress, 'source'>;

export interface SyncOptions {
  source: Source;
  mirror: Mirror;
  /** `full` sweeps everything now; `incremental` does what is due. */
  mode?: SyncMode;
  /** All experiments by default. */
  experiments?: readonly WantedExperiment[];
  /** Requests under way at once. */
  concurrency?: number;
  pageSize?: number;
  /** See `LoaderOptions`. */
  batchBytes?: number;
  overlapMs?: number;
  /** Milliseconds a scheduled sweep may take of this sync; it goes on in the next. No limit by default. */
  sweepSliceMs?: number;
  clock?: Clock;
  log?: Logger;
  signal?: AbortSignal;
  onProgress?: (progress: Readonly<SyncProgress>) => void;
}

export interface SyncReport {
  source: string;
  syncId: number;
  mode: SyncMode;
  status: 'completed';
  experiments: number;
  requests: number;
  retries: number;
  counts: RunCounts & { removed: number };
  tookMs: number;
}

export const DEFAULT_PAGE_SIZE = 1000;

/** A sweep is due when it would take no more than a twentieth of the time since the last. */
const SWEEP_SHARE = 20;
const SWEEP_AT_LEAST_EVERY_MS = 24 * 3_600_000;
const SWEEP_AT_MOST_EVERY_MS = 60_000;

/**
 * One pass that brings the mirror of a source up to date. The first one sweeps, going on where a
 * killed one stopped; later ones read what changed, and sweep by slices when a sweep is due.
 * @throws RunlensError after the failure is entered into the sync log; what was committed stays
 */
export async function syncSource(options: SyncOptions): Promise<SyncReport> {
  const { source, mirror, mode = 'incremental', clock = systemClock, log } = options;
  const began = performance.now();
  const before = { ...source.traffic };
  const pass = new Pass(options);
  // The server answers while the sync is entered into the log.
  const listing = pass.list();
  listing.catch(() => undefined); // told where it is waited for
  const syncId = await mirror.startSync(source.name, source.trackingUri, mode);
  const outcome = (status: SyncOutcome['status'], error?: string): SyncOutcome => ({
    status,
    requests: source.traffic.requests - before.requests,
    retries: source.traffic.retries - before.retries,
    counts: { ...pass.loader.counts, removed: pass.removed },
    error,
  });
  try {
    const experiments = await pass.run(mode, clock, listing);
    const done = outcome('completed');
    await mirror.finishSync(source.name, syncId, done);
    return {
      source: source.name,
      syncId: Number(syncId),
      mode,
      experiments,
      requests: done.requests,
      retries: done.retries,
      counts: done.counts,
      status: 'completed',
      tookMs: Math.round(performance.now() - began),
    };
  } catch (thrown) {
    const error = toRunlensError(thrown);
    // What was read until then is kept, and where the sweep stands with it.
    await pass.loader.flush().catch(() => undefined);
    // The cursors stayed behind: the next refresh loads these runs again, and moves them.
    mirror.knownRuns(source.name).forget();
    const status = error.code === 'CANCELLED' ? 'interrupted' : 'failed';
    await mirror.finishSync(
      source.name,
      syncId,
      outcome(status, `${error.code}: ${error.message}`),
    );
    log?.debug({ source: source.name, err: thrown }, 'sync failed');
    throw error;
  }
}

class Pass {
  removed = 0;
  readonly loader: Loader;
  readonly #options: SyncOptions;
  readonly #progress: SyncProgress;

  constructor(options: SyncOptions) {
    this.#options = options;
    const source = options.source.name;
    const { batchBytes = DEFAULT_BATCH_BYTES } = options;
    this.#progress = { ...NOT_BEGUN, source };
    this.loader = new Loader({
      mirror: options.mirror,
      source,
      batchBytes,
      onLoaded: (counts) => this.#report({ runs: counts.seen }),
    });
  }

  list(): Promise<WireExperiment[]> {
    const { source, signal, experiments: wanted } = this.#options;
    return wanted === undefined
      ? listExperiments(source, signal)
      : findExperiments(source, wanted, signal);
  }

  async run(mode: SyncMode, clock: Clock, listing: Promise<WireExperiment[]>): Promise<number> {
    const { source, mirror, log } = this.#options;
    const nowMs = clock.now();
    const refreshed = mode === 'incremental';
    const held = refreshed ? readHeld(mirror, source.name) : undefined;
    const listed = await listing;
    await mirror.saveExperiments(source.name, listed);
    const ids = listed.map((experiment) => experiment.experiment_id);
    if (ids.length === 0) {
      // Legal, and what an address answers that knows nothing of MLflow.
      log?.warn({ source: source.name }, `${source.trackingUri} lists no experiments`);
    }
    this.#report({ experiments: ids.length });

    const inScope = new Set(ids);
    const cursors = (await mirror.cursors(source.name)).filter((c) => inScope.has(c.experimentId));
    if (held !== undefined && cursors.length > 0) {
      this.#report({ phase: 'refresh' });
      const sweeping = (await mirror.sweepPositions(source.name)).length > 0;
      const known = sweeping ? undefined : mirror.knownRuns(source.name);
      const deps = { ...this.#sweepDeps(), known, overlapMs: this.#overlap() };
      await refreshExperiments(deps, cursors, held, nowMs);
    }
    const known = new Set(cursors.map((cursor) => cursor.experimentId));
    const unknown = ids.filter((id) => !known.has(id));
    await this.#sweep(mode, ids, unknown, clock);
    return ids.length;
  }

  /** A full sweep, the rest of one, a due slice, or just the experiments that are new. */
  async #sweep(mode: SyncMode, ids: string[], unknown: string[], clock: Clock): Promise<void> {
    const { source, mirror, sweepSliceMs } = this.#options;
    const restart = mode === 'full';
    const underWay = restart ? [] : await mirror.sweepPositions(source.name);
    const last = await mirror.lastSweep(source.name);
    const first = last === null;
    const due = restart || first || underWay.length > 0 || isDue(last, clock.now());
    if (!due && unknown.length === 0) return;
    await mirror.beginSweep(source.name, due ? ids : unknown, restart);
    const inScope = new Set(ids);
    const positions = (await mirror.sweepPositions(source.name)).filter((position) =>
      inScope.has(position.experimentId),
    );
    this.#report({
      phase: 'sweep',
      experimentsDone: positions.filter((position) => position.open.length === 0).length,
    });
    const began = performance.now();
    const sliced = sweepSliceMs !== undefined && !restart && !first;
    const deps: SweepDeps = {
      ...this.#sweepDeps(),
      ...(sliced ? { pause: () => performance.now() - began > sweepSliceMs } : {}),
    };
    const whole = await walkExperiments(deps, positions);
    await this.loader.flush();
    if (!whole) return;
    this.#report({ phase: 'removals' });
    this.removed += await removeUnseen(deps);
    if (this.#options.experiments === undefined && due) {
      this.removed += await removeGoneExperiments(deps, inScope);
    }
    await mirror.endSweep(source.name, performance.now() - began, due);
  }

  #sweepDeps() {
    const { source, mirror, signal, concurrency = 4, pageSize = DEFAULT_PAGE_SIZE } = this.#options;
    return {
      source,
      mirror,
      loader: this.loader,
      concurrency,
      pageSize,
      signal,
      onExperimentDone: () => this.#report({ experimentsDone: this.#progress.experimentsDone + 1 }),
    };
  }

  #overlap(): number {
    return this.#options.overlapMs ?? 10 * 60_000;
  }

  #report(change: Partial<SyncProgress>): void {
    Object.assign(this.#progress, change);
    this.#options.onProgress?.(this.#progress);
  }
}

function isDue(last: { endedMs: number; tookMs: number }, nowMs: number): boolean {
  const every = Math.min(
    Math.max(last.tookMs * SWEEP_SHARE, SWEEP_AT_MOST_EVERY_MS),
    SWEEP_AT_LEAST_EVERY_MS,
  );
  return nowMs - last.endedMs >= every;
}
