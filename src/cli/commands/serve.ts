import { once } from 'node:events';
import { openApp, refuseMixing, type App } from '../../app.ts';
import { loadConfig, type Config, type Flags } from '../../config.ts';
import { DASHBOARD_FILES, openDashboards, type OpenDashboards } from '../../dashboards/load.ts';
import { ExportSlots } from '../../exports/slots.ts';
import { RunlensError } from '../../errors.ts';
import { unreadTexts } from '../../queries/read-texts.ts';
import { QUERY_FILES } from '../../queries/view-file.ts';
import { nextRuns, schedule, type Schedule } from '../../schedule/cron.ts';
import { namesOf, type ServerDeps } from '../../server/deps.ts';
import { exportRoutes } from '../../server/routes/exports.ts';
import { viewRoutes } from '../../server/routes/views.ts';
import { createServer } from '../../server/server.ts';
import { warmUp } from '../../server/warm-up.ts';
import type { MirrorState } from '../../store/state.ts';
import type { CommitListener } from '../../store/store.ts';
import { VERSION } from '../../version.ts';
import { checkFiles } from '../check-files.ts';
import { bind } from '../bind.ts';
import { watch } from '../watch.ts';

export interface ServeFlags extends Flags {
  watch?: true;
}

/** A due sweep goes on in slices of this, so that a refresh is never held up for long. */
const SWEEP_SLICE_MS = 20_000;

/** Pages say that they are stale after so many missed refreshes. */
const MISSED_REFRESHES = 3;
const STALE_WITHOUT_SCHEDULE_MS = 24 * 3_600_000;

/** `runlens serve`: the dashboards over HTTP, a sync at once and then on schedule, until a signal. */
export async function serve(
  flags: ServeFlags,
  { demo, stopping }: { demo: boolean; stopping: AbortSignal },
): Promise<void> {
  if (demo && flags.trackingUri !== undefined) {
    throw new RunlensError('BAD_USAGE', 'demo has a tracking server of its own', {
      field: 'tracking-uri',
      hint: 'Leave --tracking-uri out, or run `runlens serve`.',
    });
  }
  const loaded = loadConfig(flags, { defaultLogLevel: 'info', demo });
  const app = await openApp(loaded);
  const { config } = app;
  try {
    refuseMixing(app);
    const schedules = startSchedules(app);
    const dashboards = await openDashboards(config.dashboards);
    await warnOfUnread(app);
    const reloads = new Reloads();
    const deps = serverDeps(app, dashboards, reloads, flags.watch);
    const service = await createServer({ ...deps, stopping });
    const { queries: queryFolders, dashboards: dashboardFolders } = config;
    const stopWatching = flags.watch
      ? watch({
          folders: [...queryFolders, ...dashboardFolders],
          catalog: app.catalog,
          dashboards,
          log: app.log,
          async check() {
            const folders = { queries: queryFolders, dashboards: dashboardFolders };
            return (await checkFiles({ ...folders, now: app.clock.now() })).findings;
          },
          onReload: () => reloads.tell(app.store.state()),
        })
      : undefined;
    const server = await bind(service.fetch, config);
    if (!stopping.aborted) {
      process.stdout.write(`http://${urlHost(config.host)}:${server.port}\n`);
      void syncAndLog(app, undefined);
      void warmUp(service, dashboards);
      await once(stopping, 'abort');
    }
    stopWatching?.();
    for (const one of schedules) one.stop();
    await Promise.all([server.close(), app.syncer.stop()]);
  } finally {
    await app.close();
  }
}

async function warnOfUnread({ config, log }: App): Promise<void> {
  const queries = await unreadTexts(config.queries, QUERY_FILES);
  const dashboards = await unreadTexts(config.dashboards, DASHBOARD_FILES);
  for (const { file, message } of [...queries, ...dashboards]) log.warn({ file }, message);
}

/** Tells open pages that queries or dashboards were read anew. */
class Reloads {
  revision = 0;
  readonly #listeners = new Set<CommitListener>();

  tell(state: MirrorState): void {
    this.revision += 1;
    for (const listener of this.#listeners) listener(state);
  }

  listen(listener: CommitListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

function serverDeps(
  app: App,
  dashboards: OpenDashboards,
  reloads: Reloads,
  authoring = false,
): ServerDeps {
  const { store, catalog, clock, log, config, syncer } = app;
  for (const { file, line, message } of dashboards.problems()) {
    log.error({ file, line }, message);
  }
  return {
    state: () => store.state(),
    onCommit(listener) {
      const stops = [store.onCommit(listener), reloads.listen(listener)];
      return () => stops.forEach((stop) => stop());
    },
    revision: () => reloads.revision,
    authoring,
    engine: store.engine,
    catalog,
    dashboards,
    sync: {
      current: () => syncer.current(),
      start: () => void syncAndLog(app, undefined),
    },
    pageUrl: (source, experimentId, runId) => app.pageUrl(source, experimentId, runId),
    exports: {
      engine: store.engine,
      workFolder: store.workFolder,
      catalog,
      version: VERSION,
      slots: new ExportSlots(),
    },
    routes: [viewRoutes, exportRoutes],
    clock,
    log,
    version: VERSION,
    allowedHosts: namesOf(config.host),
    staleFrom: (source, lastSyncAt) => staleFrom(config, source, lastSyncAt),
  };
}

function startSchedules(app: App): Schedule[] {
  const { config, log } = app;
  return app.syncer.sourceNames.flatMap((name) => {
    const pattern = patternOf(config, name);
    if (pattern === 'off') return [];
    return [
      schedule(
        pattern,
        () => syncAndLog(app, name),
        (error) => log.error({ source: name, err: error }, 'the scheduled sync failed'),
      ),
    ];
  });
}

async function syncAndLog({ syncer, log }: App, only: string | undefined): Promise<void> {
  for (const { source, error } of await syncer.run({ only, sweepSliceMs: SWEEP_SLICE_MS })) {
    if (error === undefined || error.code === 'CANCELLED') continue;
    log.error({ source, code: error.code, hint: error.hint }, error.message);
  }
}

const patternOf = (config: Config, source: string): string =>
  config.sources.find(({ name }) => name === source)?.refresh ?? config.refresh;

/** A source that has a night or a weekend off is not late in the morning. */
export function staleFrom(config: Config, source: string, lastSyncAt: number): number {
  const pattern = patternOf(config, source);
  if (pattern === 'off') return lastSyncAt + STALE_WITHOUT_SCHEDULE_MS;
  const due = nextRuns(pattern, MISSED_REFRESHES, lastSyncAt);
  return Math.max(lastSyncAt + 60_000, due[MISSED_REFRESHES - 1] ?? Infinity);
}

const urlHost = (host: string): string => (host.includes(':') ? `[${host}]` : host);
