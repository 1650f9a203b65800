import { RunlensError } from '../errors.ts';
import { followPages, type TrackingClient } from '../mlflow/index.ts';
import type { Source } from './source.ts';

export interface RestSourceOptions {
  name: string;
  /** Without credentials. */
  trackingUri: string;
  client: TrackingClient;
  /** Where the server's own UI is; null when it has none. By default the tracking URI with `/#`. */
  uiBase?: string | null;
}

/** Any MLflow tracking server over its REST API. */
export function createRestSource({
  name,
  trackingUri,
  client,
  uiBase = `${trackingUri.replace(/\/+$/, '')}/#`,
}: RestSourceOptions): Source {
  return {
    name,
    trackingUri,
    get traffic() {
      return { ...client.http.traffic };
    },
    async *experiments(options) {
      const pages = followPages(
        (token) =>
          client.searchExperiments(
            token,
            token === undefined ? options : { ...options, firstContact: false },
          ),
        (page) => page.experiments.length === 0,
      );
      for await (const page of pages) yield page.experiments;
    },
    experiment: (id, options) => client.getExperiment(id, options),
    experimentByName: (wanted, options) => client.getExperimentByName(wanted, options),
    runs: (query, options) => client.searchRuns(query, options),
    async run(runId, options) {
      try {
        return await client.getRun(runId, options);
      } catch (error) {
        if (error instanceof RunlensError && error.code === 'NOT_FOUND') return undefined;
        throw error;
      }
    },
    pageUrl: (experimentId, runId) =>
      uiBase === null
        ? undefined
        : `${uiBase}/experiments/${encodeURIComponent(experimentId)}` +
          (runId === undefined ? '' : `/runs/${encodeURIComponent(runId)}`),
    close: () => client.http.close(),
  };
}
