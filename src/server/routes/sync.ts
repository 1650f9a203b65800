import { Hono } from 'hono';
import { RunlensError } from '../../errors.ts';
import { select } from '../../queries/select.ts';
import { jsonRows } from '../../render/json.ts';
import { stamp, type ServerContext } from '../context.ts';

const SHOWN = 50;

/** `GET /api/v1/sync`: the sync log; `POST` starts a sync now. */
export function syncRoutes({ deps, readWhole }: ServerContext): Hono {
  const app = new Hono();
  app.get('/api/v1/sync', async (c) => {
    const view = deps.catalog.get('syncs');
    if (view === undefined) throw new RunlensError('NOT_FOUND', 'there is no view syncs');
    const orderBy = [{ column: 'sync_id', direction: 'desc' as const }];
    const { sql, values } = select(view, { orderBy, limit: SHOWN });
    const { state, value } = await readWhole((reader) => reader.query(sql, values));
    stamp(c, state);
    const head = JSON.stringify({ running: deps.sync.current(), ...state });
    c.header('Cache-Control', 'no-store');
    const body = `${head.slice(0, -1)},"syncs":${jsonRows(value.columns, value.rows)}}`;
    return c.body(body, 200, { 'Content-Type': 'application/json' });
  });
  app.post('/api/v1/sync', (c) => {
    deps.sync.start();
    return c.json({ running: deps.sync.current() }, 202);
  });
  return app;
}
