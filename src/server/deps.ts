import type { Clock } from '../clock.ts';
import type { Dashboards } from '../dashboards/dashboard.ts';
import type { Engine } from '../engine/engine.ts';
import type { ExportDeps } from '../exports/export.ts';
import type { SyncProgress } from '../ingest/sync.ts';
import type { Logger } from '../log.ts';
import type { Catalog } from '../queries/view.ts';
import type { MirrorState } from '../store/state.ts';
import type { ServerContext } from './context.ts';
import type { Hono } from 'hono';

/** Syncs as the service may see and start them. */
export interface SyncControl {
  /** The syncs under way. */
  current: () => readonly Readonly<SyncProgress>[];
  /** Begins a sync of every source that has none under way; does not wait for its end. */
  start: () => void;
}

/** All that the service needs from the rest of Runlens. */
export interface ServerDeps {
  state: () => MirrorState;
  onCommit: (listener: (state: MirrorState) => void) => () => void;
  engine: Engine;
  catalog: Catalog;
  dashboards: Dashboards;
  /** Grows when views or dashboards were read anew; caches are keyed by it. */
  revision?: () => number;
  /** Whether who looks is who writes: every page tells what is wrong with the files. */
  authoring?: boolean;
  sync: SyncControl;
  /** The page of an experiment, or of a run, in its tracking server's own UI. */
  pageUrl: (source: string, experimentId: string, runId?: string) => string | undefined;
  exports: ExportDeps;
  /** Further resources, each mounted at the root. */
  routes?: readonly ((context: ServerContext) => Hono)[];
  clock: Clock;
  log: Logger;
  version: string;
  /** Host names the service answers to; undefined for any. Guards a loopback address against pages that point their own name at it. */
  allowedHosts?: readonly string[] | undefined;
  /** Aborted when the service stops: what would never end by itself ends then. */
  stopping?: AbortSignal | undefined;
  /** When pages begin to say that a source is stale, which was last synced then; without it never. */
  staleFrom?: (source: string, lastSyncAt: number) => number;
}

/** Names of this machine's own address, for `allowedHosts`. */
export const LOOPBACK_HOSTS = ['localhost', '127.0.0.1', '[::1]'] as const;

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host.startsWith('127.');

/** What a service that listens there answers to: a loopback address to its own names, others to any. */
export const namesOf = (host: string): readonly string[] | undefined =>
  isLoopback(host) ? [...new Set([...LOOPBACK_HOSTS, host])] : undefined;
