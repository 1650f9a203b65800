import { Hono } from 'hono';
import { HomePage } from '../../web/home.tsx';
import type { ServerContext } from '../context.ts';
import { pageText } from '../../web/page-text.ts';

/** `GET /`: the dashboards, and how fresh the mirror is. */
export function homeRoutes({ deps, frame, answer, readWhole }: ServerContext): Hono {
  const app = new Hono();
  app.get('/', (c) => {
    const shared = frame(c);
    const dashboards = deps.dashboards.list();
    const problems = deps.dashboards.problems();
    return answer(c, ['home', dashboards, problems, shared.theme], async () => {
      const { state, value } = await readWhole((reader) =>
        reader.query('select count(*) as runs from active_runs'),
      );
      const runs = Number(value.rows[0]?.[0] ?? 0);
      const html = HomePage({ frame: { ...shared, state }, dashboards, problems, runs });
      return { body: await pageText(html), type: 'text/html; charset=utf-8', state };
    });
  });
  return app;
}
