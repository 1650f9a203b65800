import { createHash } from 'node:crypto';
import { Hono, type Context } from 'hono';
import { RunlensError } from '../../errors.ts';
import { CHOICE_FIELDS, parseChoice } from '../../exports/choice.ts';
import type { ExportRequest } from '../../exports/export.ts';
import { formatOf } from '../../exports/formats.ts';
import { stamp, type ServerContext } from '../context.ts';
import { sendExport } from '../send-export.ts';

const FRAMES = ['runs', 'runs-nested', 'experiments', 'metrics', 'params', 'tags'];

/** `GET /api/v1/export/:frame.:format?experiment=…&filter=…`: every row, streamed. */
export function exportRoutes(context: ServerContext): Hono {
  const app = new Hono();
  app.get('/api/v1/export/:file', (c) => {
    const file = c.req.param('file');
    const format = formatOf(file, 'format');
    const frame = file.slice(0, -format.length - 1);
    if (!FRAMES.includes(frame)) {
      throw new RunlensError('NOT_FOUND', `no frame ${JSON.stringify(frame)}`, {
        hint: `Frames: ${FRAMES.join(', ')}; views are under /api/v1/views.`,
      });
    }
    const query = new URL(c.req.url).searchParams;
    const known: readonly string[] = CHOICE_FIELDS;
    for (const field of query.keys()) {
      if (known.includes(field)) continue;
      throw new RunlensError('BAD_REQUEST', `an export takes no ${JSON.stringify(field)}`, {
        field,
        hint: `It takes ${CHOICE_FIELDS.join(', ')}.`,
      });
    }
    const choice = parseChoice((field) => query.getAll(field));
    return sendRows(c, context, { frame, format, ...choice });
  });
  return app;
}

/** Streams rows with the data version as ETag; 304 when the asker has them already. */
export async function sendRows(
  c: Context,
  { deps }: ServerContext,
  request: ExportRequest,
): Promise<Response> {
  const state = deps.state();
  const { pathname, search } = new URL(c.req.url);
  const asked = JSON.stringify([pathname, search, deps.revision?.() ?? 0, deps.version, state]);
  const hash = createHash('sha256').update(asked).digest('base64url').slice(0, 16);
  const etag = `W/"${state.dataVersion}-${hash}"`;
  c.header('ETag', etag);
  stamp(c, state);
  const known = c.req.header('If-None-Match')?.split(',') ?? [];
  if (known.some((it) => it.trim() === etag)) return c.body(null, 304);
  return sendExport(c, deps, request);
}
