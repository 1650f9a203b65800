import { Gauge, Histogram, Registry } from 'prom-client';
import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import type { ServerDeps } from './deps.ts';

/** Figures for Prometheus: the mirror's, read when they are asked for. */
export function createGauges({ state, engine, clock }: ServerDeps): Registry {
  const registry = new Registry();
  const counts = async (gauge: Gauge, sql: string): Promise<void> => {
    const { rows } = await engine.query(sql);
    gauge.reset();
    for (const [source, status, count] of rows) {
      gauge.set({ source: String(source), status: String(status) }, Number(count));
    }
  };
  const gauges = [
    new Gauge({
      name: 'runlens_data_version',
      help: 'Data version that readers see.',
      registers: [],
      collect() {
        this.set(state().dataVersion);
      },
    }),
    new Gauge({
      name: 'runlens_freshness_seconds',
      help: 'Seconds since the last completed sync of a source.',
      labelNames: ['source'],
      registers: [],
      collect() {
        this.reset();
        for (const { source, lastSyncAt } of state().sources) {
          if (lastSyncAt !== null) this.set({ source }, (clock.now() - lastSyncAt) / 1_000);
        }
      },
    }),
    new Gauge({
      name: 'runlens_runs',
      help: 'Runs in the mirror that are not deleted.',
      labelNames: ['source', 'status'],
      registers: [],
      collect() {
        return counts(this, 'select source, status, count(*) from active_runs group by 1, 2');
      },
    }),
    new Gauge({
      name: 'runlens_syncs',
      help: 'Syncs in the sync log, by how they ended.',
      labelNames: ['source', 'status'],
      registers: [],
      collect() {
        return counts(this, 'select source, status, count(*) from syncs group by 1, 2');
      },
    }),
  ];
  for (const gauge of gauges) registry.registerMetric(gauge);
  return registry;
}

/** Times every request by its route, never by its address: those have no end. */
export function timeRequests(registry: Registry): MiddlewareHandler {
  const seconds = new Histogram({
    name: 'runlens_http_request_duration_seconds',
    help: 'Seconds until a request was answered.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  return async (c, next) => {
    const stop = seconds.startTimer({ method: c.req.method });
    await next();
    stop({ route: routePath(c, -1), status: String(c.res.status) });
  };
}
