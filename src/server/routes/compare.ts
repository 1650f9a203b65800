import { Hono } from 'hono';
import { RunlensError } from '../../errors.ts';
import { bestOther } from '../../web/best-run.ts';
import { drawMetrics } from '../../web/compare-charts.ts';
import { readComparison } from '../../web/compare-view.ts';
import { ComparePage } from '../../web/compare.tsx';
import { comparePath } from '../../web/links.ts';
import { pageText } from '../../web/page-text.ts';
import type { Row } from '../../web/read-view.ts';
import type { ServerContext } from '../context.ts';

/**
 * `GET /compare?run=ID&run=ID`: two to ten runs side by side. With `best=METRIC` and one run it
 * leads to that run beside the best other run of its experiment.
 */
export function compareRoutes({ deps, renderer, frame, answer, readWhole }: ServerContext): Hono {
  const app = new Hono();
  const { catalog, engine } = deps;
  const mlflow = (run: Row): string | undefined =>
    deps.pageUrl(String(run['source']), String(run['experiment_id']), String(run['run_id']));
  app.get('/compare', async (c) => {
    const runIds = c.req.queries('run') ?? [];
    const source = c.req.query('source');
    const metric = c.req.query('best');
    const [runId] = runIds;
    if (metric !== undefined) {
      if (runId === undefined || runIds.length > 1) {
        throw new RunlensError('BAD_REQUEST', 'best takes one run', { field: 'run' });
      }
      const other = await bestOther({ runId, source, metric, catalog, reader: engine });
      return c.redirect(comparePath(source, [runId, other]), 303);
    }
    const shared = frame(c);
    return answer(c, ['compare', runIds, source, shared.theme], async () => {
      const { state, value: comparison } = await readWhole((reader) =>
        readComparison({ runIds, source, catalog, reader }),
      );
      const charts = await drawMetrics(comparison, renderer);
      const page = { frame: { ...shared, state }, comparison, charts, mlflow, source };
      return { body: await pageText(ComparePage(page)), type: 'text/html; charset=utf-8', state };
    });
  });
  return app;
}
