import { openApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config.ts';
import { processEnvironment } from '../../src/config/environment.ts';
import { openDashboards } from '../../src/dashboards/load.ts';
import { LOOPBACK_HOSTS } from '../../src/server/deps.ts';
import { createServer } from '../../src/server/server.ts';
import { listen } from './listen.ts';

/** The service on the recorded real runs, synced from the embedded tracking server. */
export async function serveDemo() {
  const config = loadConfig(
    { db: ':memory:', logLevel: 'error' },
    { environment: processEnvironment({}) },
  );
  const opened = await openApp(config);
  const { store, catalog, syncer, clock, log } = opened;
  await syncer.run();
  const app = await createServer({
    state: () => store.state(),
    onCommit: (listener) => store.onCommit(listener),
    engine: store.engine,
    catalog,
    dashboards: await openDashboards(config.dashboards),
    sync: { current: () => syncer.current(), start: () => void syncer.run() },
    pageUrl: (...names) => opened.pageUrl(...names),
    exports: { engine: store.engine, workFolder: store.workFolder, catalog, version: '0.0.0' },
    clock,
    log,
    version: '0.0.0',
    allowedHosts: LOOPBACK_HOSTS,
  });
  return { store, ...(await listen(app, () => opened.close())) };
}
