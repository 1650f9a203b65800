import { Hono } from 'hono';
import { readRun } from '../../web/run-view.ts';
import { RunPage } from '../../web/run.tsx';
import type { ServerContext } from '../context.ts';
import { pageText } from '../../web/page-text.ts';

/** `GET /runs/:run_id`: one run with all that belongs to it. */
export function runRoutes({ deps, frame, answer, readWhole }: ServerContext): Hono {
  const app = new Hono();
  app.get('/runs/:run_id', (c) => {
    const runId = c.req.param('run_id');
    const source = c.req.query('source');
    const shared = frame(c);
    return answer(c, ['run', runId, source, shared.theme], async () => {
      const { catalog } = deps;
      const { state, value } = await readWhole((reader) =>
        readRun({ runId, source, catalog, reader }),
      );
      const { run } = value;
      const mlflow = deps.pageUrl(String(run['source']), String(run['experiment_id']), runId);
      const html = RunPage({ frame: { ...shared, state }, view: value, mlflow });
      return { body: await pageText(html), type: 'text/html; charset=utf-8', state };
    });
  });
  return app;
}
