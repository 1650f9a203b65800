export { TrackingClient, type FoundRun, type RunsQuery, type ViewType } from './client.ts';
export { createTransport, type Transport, type TransportOptions } from './transport.ts';
export { followPages } from './pages.ts';
export { Pace } from './pace.ts';
export { DEFAULT_RETRY, type RetryOptions } from './retry.ts';
export type { Auth } from './auth.ts';
export type { Traffic } from './http-client.ts';
export type { RunsPage } from './runs-page.ts';
export type { WireExperiment, WireRun } from './wire.ts';
