import { systemClock, type Clock } from '../clock.ts';
import { toRunlensError, type RunlensError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Source } from '../sources/source.ts';
import type { Mirror, SyncMode } from './mirror.ts';
import type { WantedExperiment } from './scope.ts';
import { NOT_BEGUN, syncSource, type SyncProgress, type SyncReport } from './sync.ts';

export interface SyncedSource {
  source: Source;
  /** All experiments by default. */
  experiments?: readonly WantedExperiment[] | undefined;
}

export interface SyncerOptions {
  sources: readonly SyncedSource[];
  mirror: Mirror;
  /** Runs a page; see `SyncOptions`. */
  pageSize?: number;
  batchBytes?: number;
  clock?: Clock;
  log?: Logger;
}

export interface RunSyncOptions {
  mode?: SyncMode;
  /** One source by name; all by default. */
  only?: string | undefined;
  /** Milliseconds a due sweep may take of this sync. */
  sweepSliceMs?: number;
  onProgress?: (progress: Readonly<SyncProgress>) => void;
}

export type SyncResult =
  | { source: string; report: SyncReport; error?: undefined }
  | { source: string; error: RunlensError; report?: undefined };

/** Syncs the configured sources, each on its own: one that fails does not hold up the others. */
export class Syncer {
  readonly #options: SyncerOptions;
  readonly #running = new Map<string, Promise<SyncResult>>();
  readonly #progress = new Map<string, SyncProgress>();
  readonly #abort = new AbortController();

  constructor(options: SyncerOptions) {
    this.#options = options;
  }

  get sourceNames(): string[] {
    return this.#options.sources.map(({ source }) => source.name);
  }

  /** The syncs under way. */
  current(): Readonly<SyncProgress>[] {
    return [...this.#progress.values()];
  }

  /** Syncs and reports; a source with a sync under way joins that one. Never throws. */
  run(options: RunSyncOptions = {}): Promise<SyncResult[]> {
    const chosen = this.#options.sources.filter(
      ({ source }) => options.only === undefined || source.name === options.only,
    );
    return Promise.all(chosen.map((one) => this.#runOne(one, options)));
  }

  /** Stops the syncs under way; what they committed stays. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await Promise.all(this.#running.values());
  }

  #runOne(synced: SyncedSource, options: RunSyncOptions): Promise<SyncResult> {
    const { name } = synced.source;
    const joined = this.#running.get(name);
    if (joined !== undefined) return joined;
    this.#progress.set(name, { ...NOT_BEGUN, source: name });
    const running = this.#sync(synced, options).finally(() => {
      this.#running.delete(name);
      this.#progress.delete(name);
    });
    this.#running.set(name, running);
    return running;
  }

  async #sync(synced: SyncedSource, options: RunSyncOptions): Promise<SyncResult> {
    const { mirror, clock = systemClock, log, pageSize, batchBytes } = this.#options;
    const { source, experiments } = synced;
    try {
      const report = await syncSource({
        source,
        mirror,
        clock,
        signal: this.#abort.signal,
        mode: options.mode ?? 'incremental',
        ...(experiments === undefined ? {} : { experiments }),
        ...(pageSize === undefined ? {} : { pageSize }),
        ...(batchBytes === undefined ? {} : { batchBytes }),
        ...(options.sweepSliceMs === undefined ? {} : { sweepSliceMs: options.sweepSliceMs }),
        ...(log === undefined ? {} : { log }),
        onProgress: (progress) => {
          this.#progress.set(source.name, { ...progress });
          options.onProgress?.(progress);
        },
      });
      log?.info(report, 'sync completed');
      return { source: source.name, report };
    } catch (thrown) {
      // Not logged here: a command prints it, the service logs it.
      const error = toRunlensError(thrown);
      return { source: source.name, error };
    }
  }
}
