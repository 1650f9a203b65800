import { Hono } from 'hono';
import { RunlensError } from '../errors.ts';
import { prepareVega } from '../render/draw.ts';
import { loadAssets } from '../web/assets.ts';
import { createContext } from './context.ts';
import type { ServerDeps } from './deps.ts';
import { errorResponse } from './errors.ts';
import { createGauges, timeRequests } from './gauges.ts';
import { compareRoutes } from './routes/compare.ts';
import { dashboardRoutes } from './routes/dashboards.ts';
import { eventRoutes } from './routes/events.ts';
import { homeRoutes } from './routes/home.ts';
import { opsRoutes } from './routes/ops.ts';
import { optionRoutes } from './routes/options.ts';
import { panelRoutes } from './routes/panels.ts';
import { runRoutes } from './routes/runs.ts';
import { syncRoutes } from './routes/sync.ts';
import { hostGuard, securityHeaders } from './security.ts';

const ROUTES = [
  homeRoutes,
  dashboardRoutes,
  panelRoutes,
  optionRoutes,
  runRoutes,
  compareRoutes,
  syncRoutes,
  eventRoutes,
  opsRoutes,
];

/** The whole service as one function of a request; whoever calls it binds it to a port. */
export async function createServer(deps: ServerDeps): Promise<Hono> {
  prepareVega();
  const registry = createGauges(deps);
  const context = createContext(deps, await loadAssets(), registry);
  const app = new Hono();
  app.use(timeRequests(registry), securityHeaders, hostGuard(deps.allowedHosts));
  for (const routes of [...ROUTES, ...(deps.routes ?? [])]) app.route('/', routes(context));
  refuseOtherMethods(app);
  app.notFound((c) => {
    throw new RunlensError('NOT_FOUND', `nothing at ${c.req.path}`, {
      hint: 'See / for the dashboards and /openapi.json for the routes.',
    });
  });
  app.onError((error, c) => errorResponse(error, c, context));
  return app;
}

/** An address that there is, asked with a method that it does not have, says which it has. */
function refuseOtherMethods(app: Hono): void {
  const methods = new Map<string, string[]>();
  for (const { path, method } of app.routes) {
    if (method === 'ALL') continue;
    const allowed = method === 'GET' ? ['GET', 'HEAD'] : [method];
    methods.set(path, [...new Set([...(methods.get(path) ?? []), ...allowed])]);
  }
  for (const [path, allowed] of methods) {
    app.all(path, (c) => {
      c.header('Allow', allowed.join(', '));
      throw new RunlensError('METHOD_NOT_ALLOWED', `${c.req.path} takes ${allowed.join(', ')}`);
    });
  }
}
