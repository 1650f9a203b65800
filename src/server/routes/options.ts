import { Hono } from 'hono';
import { takeArrangement } from '../../dashboards/arrangement.ts';
import { resolveChoices } from '../../dashboards/choices.ts';
import { readOptions } from '../../dashboards/options.ts';
import { RunlensError } from '../../errors.ts';
import type { ServerContext } from '../context.ts';
import { findDashboard } from './dashboards.ts';

/** Options of one answer: more than one reads through. */
const MAX_FOUND = 50;
const MAX_SEARCH = 200;

/** `GET /dashboards/:id/params/:name.json?q=…`: the options of a parameter that hold these words. */
export function optionRoutes({ deps, answer, readKept }: ServerContext): Hono {
  const app = new Hono();
  app.get('/dashboards/:id/params/:file', async (c) => {
    const id = c.req.param('id');
    const dashboard = findDashboard(deps.dashboards.get(id), id);
    const [, name = ''] = /^(\w+)\.json$/.exec(c.req.param('file')) ?? [];
    const param = Object.hasOwn(dashboard.params, name) ? dashboard.params[name] : undefined;
    if (param === undefined || !('options' in param)) {
      throw new RunlensError(
        'NOT_FOUND',
        `dashboard ${id} has no options of ${c.req.param('file')}`,
      );
    }
    const asked = new URL(c.req.url).searchParams;
    const search = asked.get('q') ?? '';
    if (search.length > MAX_SEARCH) {
      throw new RunlensError('BAD_REQUEST', `q: longer than ${MAX_SEARCH} characters`, {
        field: 'q',
      });
    }
    asked.delete('q');
    const { catalog, clock } = deps;
    const { query } = takeArrangement(dashboard, asked, catalog);
    return answer(c, ['options', dashboard, name, search, query.toString()], async () => {
      const { state, value } = await readKept(async (reader, { sources: all }) => {
        const sources = all.map((it) => it.source);
        const now = clock.now();
        const choices = await resolveChoices({ dashboard, query, sources, catalog, reader, now });
        return readOptions(param.options, choices, { catalog, reader, search, most: MAX_FOUND });
      });
      const { options, cut } = value;
      return { body: JSON.stringify({ options, cut }), type: 'application/json', state };
    });
  });
  return app;
}
