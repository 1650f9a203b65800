import type { Context } from 'hono';
import { openExport, type ExportRequest } from '../exports/export.ts';
import type { Manifest } from '../exports/manifest.ts';
import type { ServerDeps } from './deps.ts';
import { packPieces, takesPacked } from './packed.ts';
import { toStream } from './to-stream.ts';

/** What an export shows, and of when, as its own snapshot has it. */
export type ShownState = Pick<Manifest, 'data_version' | 'sources'>;

/**
 * Streams an export as the answer; a client that goes away ends the query. The headers tell the
 * state that the rows come from: the mirror may have moved on while the export waited its turn.
 * @param etagOf the ETag of an answer that shows this state
 */
export async function sendExport(
  c: Context,
  { exports, log }: Pick<ServerDeps, 'exports' | 'log'>,
  request: ExportRequest,
  etagOf?: (shown: ShownState) => string,
): Promise<Response> {
  const { manifest, ...opened } = await openExport(exports, request, c.req.raw.signal);
  const onStalled = (): void =>
    log.warn({ path: c.req.path }, 'an export that nobody read was ended');
  const packed = takesPacked(c, opened.contentType);
  let body: ReadableStream<Uint8Array> | null = null;
  if (c.req.method === 'HEAD') opened.close();
  else body = await toStream(packed ? packPieces(opened.body) : opened.body, onStalled);
  if (packed) c.header('Content-Encoding', 'gzip');
  c.header('Runlens-Data-Version', String(manifest.data_version));
  c.header('Runlens-As-Of', manifest.as_of ?? undefined);
  c.header('ETag', etagOf?.(manifest));
  if (manifest.truncated === true) c.header('Link', nextPage(c.req.url, request));
  c.header('Cache-Control', 'private, no-cache');
  c.header('Content-Disposition', `attachment; filename="${opened.fileName}"`);
  c.header('Content-Type', opened.contentType);
  return body === null ? c.body(null) : c.body(body);
}

/** Where the rows go on that a limit left out (RFC 8288); who asks for none gets no further by pages. */
function nextPage(url: string, { limit = 0, offset = 0 }: ExportRequest): string | undefined {
  if (limit === 0) return undefined;
  const { searchParams } = new URL(url);
  searchParams.set('limit', String(limit));
  searchParams.set('offset', String(offset + limit));
  // Relative: a proxy may have the service under another path.
  return `<?${searchParams.toString()}>; rel="next"`;
}
