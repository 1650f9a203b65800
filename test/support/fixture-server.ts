import { pino } from 'pino';
import { openDashboards } from '../../src/dashboards/load.ts';
import { packagePath } from '../../src/paths.ts';
import { LOOPBACK_HOSTS, type ServerDeps } from '../../src/server/deps.ts';
import { exportRoutes } from '../../src/server/routes/exports.ts';
import { viewRoutes } from '../../src/server/routes/views.ts';
import { createServer } from '../../src/server/server.ts';
import { FIXTURE_NOW, openFixtureMirror, type FixtureOptions } from './fixture-mirror.ts';
import { listen } from './listen.ts';

export interface FixtureServerOptions extends FixtureOptions {
  deps?: Partial<ServerDeps>;
}

/** The whole service on the made-up mirror, without a port. */
export async function createFixtureServer({ deps = {}, ...options }: FixtureServerOptions = {}) {
  const { store, engine, catalog } = await openFixtureMirror(options);
  const app = await createServer({
    state: () => store.state(),
    onCommit: (listener) => store.onCommit(listener),
    engine,
    catalog,
    dashboards: await openDashboards([packagePath('dashboards')]),
    sync: { current: () => [], start: () => undefined },
    pageUrl: (_source, experiment, run) =>
      `http://127.0.0.1:5000/#/experiments/${experiment}${run === undefined ? '' : `/runs/${run}`}`,
    exports: { engine, workFolder: store.workFolder, catalog },
    routes: [viewRoutes, exportRoutes],
    clock: { now: () => FIXTURE_NOW + 60_000 },
    log: pino({ level: 'silent' }),
    version: '0.0.0',
    allowedHosts: LOOPBACK_HOSTS,
    ...deps,
  });
  return { app, store };
}

/** The same behind a real socket, on a free port. */
export async function serveFixture(options: FixtureServerOptions = {}) {
  const { app, store } = await createFixtureServer(options);
  return { store, ...(await listen(app, () => store.close())) };
}
