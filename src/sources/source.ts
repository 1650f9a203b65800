import type { FoundRun, RunsPage, RunsQuery, Traffic, WireExperiment } from '../mlflow/index.ts';

export interface AskOptions {
  signal?: AbortSignal | undefined;
  /** The first question of a sync: a dead address is said within seconds. */
  firstContact?: boolean;
}

/**
 * One configured tracking server, as the ingester sees it. All answers include what is deleted.
 * Implementations keep the server's bytes exact and throw RunlensError; they hold no state that a
 * sync would have to reset.
 */
export interface Source {
  /** Short name, part of every key of the mirror. */
  readonly name: string;
  /** The address without credentials, as recorded in the mirror and shown to people. */
  readonly trackingUri: string;
  /** Requests sent so far; a sync reports the difference. */
  readonly traffic: Readonly<Traffic>;
  /** All experiments, page by page. */
  experiments(options?: AskOptions): AsyncIterable<WireExperiment[]>;
  /** @throws RunlensError NOT_FOUND only when the server itself says that there is none */
  experiment(experimentId: string, options?: AskOptions): Promise<WireExperiment>;
  /** @throws RunlensError NOT_FOUND only when the server itself says that there is none */
  experimentByName(name: string, options?: AskOptions): Promise<WireExperiment>;
  /** One page of runs, still as bytes. */
  runs(query: RunsQuery, options?: AskOptions): Promise<RunsPage>;
  /** Undefined only when the server itself says that there is none. */
  run(runId: string, options?: AskOptions): Promise<FoundRun | undefined>;
  /** The page of an experiment, or of a run, in the server's own UI; undefined when it has none. */
  pageUrl(experimentId: string, runId?: string): string | undefined;
  close(): Promise<void>;
}
