import { createHash } from 'node:crypto';
import { Hono, type Context } from 'hono';
import { RunlensError } from '../../errors.ts';
import { CHOICE_FIELDS, parseChoice } from '../../exports/choice.ts';
import type { ExportRequest } from '../../exports/export.ts';
import { isoTime } from '../../exports/manifest.ts';
import { askedFormat } from '../../exports/negotiate.ts';
import { isKnown, stamp, type ServerContext } from '../context.ts';
import { sendExport, type ShownState } from '../send-export.ts';

const FRAMES = ['runs', 'runs-nested', 'experiments', 'metrics', 'params', 'tags'];

/**
 * `GET /api/v1/export/:frame.:format?experiment=…&filter=…`: every row, streamed. Without a suffix
 * `Accept` chooses the format.
 */
export function exportRoutes(context: ServerContext): Hono {
  const app = new Hono();
  app.get('/api/v1/export/:file', (c) => {
    const asked = askedFormat(c.req.param('file'), c.req.header('Accept'));
    const { name: frame, format } = asked;
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
    if (asked.negotiated) c.header('Vary', 'Accept');
    return sendRows(c, context, { frame, format, ...choice });
  });
  return app;
}

const jsonText = (value: unknown): string =>
  JSON.stringify(value, (_, it: unknown) => (typeof it === 'bigint' ? String(it) : it));

/** Streams rows with the data version as ETag; 304 when the asker has them already. */
export async function sendRows(
  c: Context,
  { deps }: ServerContext,
  request: ExportRequest,
): Promise<Response> {
  const { pathname, search } = new URL(c.req.url);
  const etagOf = ({ data_version, sources }: ShownState): string => {
    // The statement holds what a relative period comes to now.
    const { format, statement } = request;
    const of = [pathname, search, format, statement, deps.revision?.() ?? 0, deps.version, sources];
    const hash = createHash('sha256').update(jsonText(of)).digest('base64url');
    return `W/"${data_version}-${hash.slice(0, 16)}"`;
  };
  const state = deps.state();
  const etag = etagOf({
    data_version: state.dataVersion,
    sources: state.sources.map(({ source, lastSyncAt }) => ({
      source,
      last_sync_at: isoTime(lastSyncAt),
    })),
  });
  if (isKnown(c, etag)) {
    c.header('ETag', etag);
    stamp(c, state);
    return c.body(null, 304);
  }
  return sendExport(c, deps, request, etagOf);
}
