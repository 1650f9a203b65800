import { systemClock, type Clock } from './clock.ts';
import { noSource, type Config, type ConfiguredSource } from './config.ts';
import { daysToShift, readManifest, startDemoServer } from './demo/index.ts';
import { Syncer } from './ingest/syncer.ts';
import { RunlensError } from './errors.ts';
import { createLogger, type Logger } from './log.ts';
import { packagePath } from './paths.ts';
import { openCatalog, type OpenCatalog } from './queries/catalog.ts';
import { openSource } from './sources/open.ts';
import { SAMPLE } from './store/state.ts';
import { Store } from './store/store.ts';

export interface AppOptions {
  clock?: Clock;
  log?: Logger;
  /** One source by name; all by default. */
  only?: string | undefined;
}

/** Everything a command works with, opened and wired. */
export interface App {
  config: Config;
  clock: Clock;
  log: Logger;
  store: Store;
  catalog: OpenCatalog;
  syncer: Syncer;
  /** The page of an experiment, or of a run, in its tracking server's own UI. */
  pageUrl(source: string, experimentId: string, runId?: string): string | undefined;
  close(): Promise<void>;
}

/** The name that the embedded sample has among the sources. */
const DEMO_SOURCE = 'demo';

/**
 * The composition root: opens the database and the sources, or the embedded sample when none is
 * configured. What was opened before a failure is closed again.
 */
export async function openApp(config: Config, options: AppOptions = {}): Promise<App> {
  const { clock = systemClock, log = createLogger(config.logLevel), only } = options;
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).toReversed()) await closer();
  };
  try {
    const store = await Store.open({ path: config.db, clock, memoryLimit: config.memoryLimit });
    closers.push(() => store.close());
    const catalog = await openCatalog({ store, folders: config.queries });
    const configured =
      config.sources.length > 0 ? config.sources : [await embedded(config, clock, closers)];
    const chosen = choose(configured, only);
    const sources = chosen.map((one) => ({
      source: openSource(one, { clock, log }),
      experiments: one.experiments,
    }));
    for (const { source } of sources) closers.push(() => source.close());
    const { pageSize, batchBytes } = config;
    const syncer = new Syncer({ sources, mirror: store.mirror, pageSize, batchBytes, clock, log });
    closers.push(() => syncer.stop());
    const pageUrl: App['pageUrl'] = (name, experimentId, runId) =>
      sources.find(({ source }) => source.name === name)?.source.pageUrl(experimentId, runId);
    return { config, clock, log, store, catalog, syncer, pageUrl, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * The sample would be added up with a team's runs: where no server is configured any more, their mirror is
 * read, but not synced.
 * @throws RunlensError BAD_CONFIG
 */
export function refuseMixing({ config, store }: App): void {
  const others = store
    .state()
    .sources.flatMap(({ source }) => (source === DEMO_SOURCE ? [] : source));
  if (config.sources.length > 0 || others.length === 0) return;
  throw new RunlensError(
    'BAD_CONFIG',
    `no tracking server is configured, and ${config.db} has runs of ${others.join(', ')}`,
    { field: 'tracking-uri', hint: 'Set MLFLOW_TRACKING_URI, or give the sample another --db.' },
  );
}

function choose(sources: ConfiguredSource[], only: string | undefined): ConfiguredSource[] {
  const chosen = sources.filter((source) => only === undefined || source.name === only);
  if (chosen.length > 0) return chosen;
  throw noSource(
    only ?? '',
    sources.map((source) => source.name),
  );
}

/** Recorded real runs, moved by whole days so that the newest began within the last one. */
async function embedded(
  config: Config,
  clock: Clock,
  closers: (() => Promise<void>)[],
): Promise<ConfiguredSource> {
  const recorded = packagePath('src/demo/recorded');
  const recordedAt = new Date((await readManifest(recorded)).recorded_at);
  const shiftDays = daysToShift(recordedAt, new Date(clock.now()));
  const server = await startDemoServer({ shiftDays, recorded });
  closers.push(() => server.close());
  return {
    name: DEMO_SOURCE,
    kind: 'rest',
    trackingUri: server.url,
    shownAs: SAMPLE,
    auth: { kind: 'none' },
    experiments: config.experiments,
  };
}
