import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import {
  createTransport,
  DEFAULT_RETRY,
  Pace,
  TrackingClient,
  type Auth,
  type RetryOptions,
  type TransportOptions,
} from '../mlflow/index.ts';
import { createRestSource } from './rest.ts';
import type { Source } from './source.ts';

/** One source as configured: see config.ts for where each value comes from. */
export interface SourceConfig {
  name: string;
  kind: 'rest' | 'databricks';
  /** `http(s)://…`, without credentials. */
  trackingUri: string;
  /** What the mirror and people are told instead; the embedded sample has a new port each time. */
  shownAs?: string;
  auth: Auth;
  workspace?: string | undefined;
  transport?: TransportOptions;
  retry?: RetryOptions;
}

export interface SourceEffects {
  clock?: Clock;
  log?: Logger;
}

/** Databricks allows 7 run searches a second a workspace. */
const DATABRICKS_PER_SECOND = 7;

export function openSource(config: SourceConfig, effects: SourceEffects = {}): Source {
  const databricks = config.kind === 'databricks';
  const client = new TrackingClient({
    baseUrl: config.trackingUri,
    transport: createTransport(config.transport),
    auth: config.auth,
    workspace: config.workspace,
    retry: config.retry ?? DEFAULT_RETRY,
    pace: new Pace(databricks ? DATABRICKS_PER_SECOND : undefined),
    ...effects,
  });
  return createRestSource({
    name: config.name,
    trackingUri: config.shownAs ?? config.trackingUri,
    client,
    ...(databricks ? { uiBase: `${config.trackingUri}/ml` } : {}),
    ...(config.shownAs === undefined ? {} : { uiBase: null }),
  });
}
