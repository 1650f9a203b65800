import { Hono } from 'hono';
import { RunlensError } from '../../errors.ts';
import { askedFormat } from '../../exports/negotiate.ts';
import { parseValue } from '../../queries/parse-value.ts';
import type { Condition } from '../../queries/select.ts';
import { columnOf, type View } from '../../queries/view.ts';
import type { ServerContext } from '../context.ts';
import { sendRows } from './exports.ts';

/** Rows of one answer; the rest by `offset`, or by an export. */
const ROWS = { usual: 100_000, most: 1_000_000 };

const OWN = new Set(['limit', 'offset']);

/** `GET /api/v1/views` and `GET /api/v1/views/:name.:format?column=value`. */
export function viewRoutes(context: ServerContext): Hono {
  const app = new Hono();
  app.get('/api/v1/views', (c) =>
    context.answer(c, ['views'], () =>
      Promise.resolve({
        type: 'application/json',
        body: JSON.stringify({
          views: context.deps.catalog
            .list()
            .map(({ name, title, grain, columns }) => ({ name, title, grain, columns })),
        }),
      }),
    ),
  );
  app.get('/api/v1/views/:file', (c) => {
    const { name, format, negotiated } = askedFormat(c.req.param('file'), c.req.header('Accept'));
    const view = context.deps.catalog.get(name);
    if (view === undefined) {
      throw new RunlensError('NOT_FOUND', `no view ${JSON.stringify(name)}`, {
        hint: 'GET /api/v1/views lists them.',
      });
    }
    const query = new URL(c.req.url).searchParams;
    if (negotiated) c.header('Vary', 'Accept');
    return sendRows(c, context, {
      frame: `view:${name}`,
      format,
      where: conditions(view, query),
      limit: count(query, 'limit', ROWS.usual, ROWS.most),
      offset: count(query, 'offset', 0, Number.MAX_SAFE_INTEGER),
    });
  });
  return app;
}

/** Each other name is a column; given several times, any of its values will do. */
function conditions(view: View, query: URLSearchParams): Condition[] {
  const names = new Set([...query.keys()].filter((name) => !OWN.has(name)));
  return [...names].map((name) => {
    const column = columnOf(view, name);
    const values = query.getAll(name).map((text) => parseValue(column, text));
    return { column: name, op: 'in', value: values };
  });
}

function count(query: URLSearchParams, field: string, usual: number, most: number): number {
  const [text = null, ...others] = query.getAll(field);
  if (others.length > 0) {
    throw new RunlensError('BAD_REQUEST', `${field} is given more than once`, { field });
  }
  const value = text === null ? usual : Number(text);
  if (/^\d+$/.test(text ?? '0') && value <= most) return value;
  throw new RunlensError('BAD_REQUEST', `${field} is a whole number up to ${most}`, { field });
}
