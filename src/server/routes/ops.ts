import { Hono } from 'hono';
import { dashboardJsonSchema } from '../../dashboards/schema.ts';
import { openapi } from '../openapi.ts';
import { sendBody } from '../packed.ts';
import type { ServerContext } from '../context.ts';

/** `/healthz`, `/readyz`, `/metrics`, `/openapi.json`, the format's schema, and the files that pages load. */
export function opsRoutes({ deps, assets, registry }: ServerContext): Hono {
  const app = new Hono();
  app.get('/healthz', (c) => c.json({ status: 'alive', version: deps.version }));
  app.get('/readyz', (c) => {
    const { asOf, dataVersion } = deps.state();
    const ready = asOf !== null;
    return c.json(
      { status: ready ? 'ready' : 'waiting for the first sync', dataVersion },
      ready ? 200 : 503,
    );
  });
  app.get('/metrics', async (c) => {
    const text = await registry.metrics();
    return c.body(text, 200, { 'Content-Type': registry.contentType });
  });
  app.get('/openapi.json', (c) => c.json(openapi(deps.version)));
  app.get('/schemas/dashboard.v1.json', (c) => c.json(dashboardJsonSchema()));
  app.get('/assets/:file', (c) => {
    const asset = assets.get(c.req.path);
    if (asset === undefined) return c.notFound();
    c.header('Cache-Control', 'public, max-age=31536000, immutable');
    return sendBody(c, asset);
  });
  return app;
}
