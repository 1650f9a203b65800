import { basename } from 'node:path';
import { Hono } from 'hono';
import { takeArrangement } from '../../dashboards/arrangement.ts';
import { resolveChoices } from '../../dashboards/choices.ts';
import type { Dashboard } from '../../dashboards/dashboard.ts';
import { RunlensError } from '../../errors.ts';
import { DashboardPage } from '../../web/dashboard.tsx';
import { dashboardPath } from '../../web/links.ts';
import { pageText } from '../../web/page-text.ts';
import { viewPanels } from '../../web/panel-view.ts';
import { standalonePage } from '../../web/standalone.ts';
import { askedTheme, type ServerContext } from '../context.ts';

/**
 * `GET /dashboards/:id`: a dashboard as a page, every choice in its address; with `.html` as one file that
 * needs no service.
 */
export function dashboardRoutes({ deps, renderer, frame, answer, readKept }: ServerContext): Hono {
  const app = new Hono();
  app.get('/dashboards/:id{[a-z0-9-]+\\.html}', async (c) => {
    const file = c.req.param('id');
    const id = basename(file, '.html');
    const dashboard = findDashboard(deps.dashboards.get(id), id);
    const asked = new URL(c.req.url).searchParams;
    const theme = askedTheme(asked);
    asked.delete('theme');
    const { arrangement, query } = takeArrangement(dashboard, asked, deps.catalog);
    const { stale } = frame(c);
    const { catalog, dashboards, clock, version } = deps;
    const response = await answer(c, ['file', dashboard, asked.toString(), theme], async () => {
      const { state, value } = await readKept(async (reader, state) => {
        const read = { reader, catalog, state, now: clock.now() };
        const asker = { dashboard, dashboards, query, arrangement };
        return standalonePage({ ...asker, ...read, stale, theme, version });
      });
      return { body: value, type: 'text/html; charset=utf-8', state };
    });
    response.headers.set('Content-Disposition', `attachment; filename="${file}"`);
    return response;
  });
  app.get('/dashboards/:id', async (c) => {
    const dashboard = findDashboard(deps.dashboards.get(c.req.param('id')), c.req.param('id'));
    const asked = new URL(c.req.url).searchParams;
    const tidied = tidy(dashboard, asked);
    if (tidied !== undefined) return c.redirect(dashboardPath(dashboard.id, tidied), 303);
    const { arrangement, query } = takeArrangement(dashboard, asked, deps.catalog);
    const shared = frame(c);
    const { catalog, dashboards, clock, pageUrl } = deps;
    return answer(c, ['dashboard', dashboard, asked.toString(), shared.theme], async () => {
      const { state, value } = await readKept(async (reader, { sources: all }) => {
        const sources = all.map((it) => it.source);
        const now = clock.now();
        const choices = await resolveChoices({ dashboard, query, sources, catalog, reader, now });
        const asker = { dashboard, dashboards, choices, arrangement, pageUrl };
        const options = { ...asker, catalog, reader, renderer };
        return { choices, arrangement, rows: await viewPanels(options) };
      });
      const html = DashboardPage({ frame: { ...shared, state }, dashboard, ...value });
      return { body: await pageText(html), type: 'text/html; charset=utf-8', state };
    });
  });
  return app;
}

export function findDashboard(dashboard: Dashboard | undefined, id: string): Dashboard {
  if (dashboard !== undefined) return dashboard;
  throw new RunlensError('NOT_FOUND', `there is no dashboard ${id}`);
}

/**
 * The form sends its two days beside the period they replace, and fields that say nothing. The
 * address one would share holds neither. Undefined when there is nothing to tidy.
 */
function tidy({ params }: Dashboard, query: URLSearchParams): URLSearchParams | undefined {
  const tidied = new URLSearchParams();
  for (const [name, value] of query) {
    const [param = name, end] = name.split('.');
    const range = params[param]?.type === 'daterange';
    if (range && (end === 'from' || end === 'to')) continue;
    const from = query.get(`${name}.from`);
    const to = query.get(`${name}.to`);
    const days = range && from && to ? `${from}..${to}` : value;
    if (days !== '') tidied.append(name, days);
  }
  return tidied.toString() === query.toString() ? undefined : tidied;
}
