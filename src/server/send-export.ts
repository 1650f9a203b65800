import type { Context } from 'hono';
import { openExport, type ExportRequest } from '../exports/export.ts';
import type { Manifest } from '../exports/manifest.ts';
import type { ServerDeps } from './deps.ts';

/** What an export shows, and of when, as its own snapshot has it. */
export type ShownState = Pick<Manifest, 'data_version' | 'sources'>;

/**
 * Streams an export as the answer; a client that goes away ends the query. The headers tell the
 * state that the rows come from: the mirror may have moved on while the export waited its turn.
 * @param etagOf the ETag of an answer that shows this state
 */
export async function sendExport(
  c: Context,
  { exports }: Pick<ServerDeps, 'exports'>,
  request: ExportRequest,
  etagOf?: (shown: ShownState) => string,
): Promise<Response> {
  const { manifest, ...opened } = await openExport(exports, request, c.req.raw.signal);
  c.header('Runlens-Data-Version', String(manifest.data_version));
  c.header('Runlens-As-Of', manifest.as_of ?? undefined);
  c.header('ETag', etagOf?.(manifest));
  c.header('Cache-Control', 'private, no-cache');
  c.header('Content-Disposition', `attachment; filename="${opened.fileName}"`);
  c.header('Content-Type', opened.contentType);
  if (c.req.method === 'HEAD') {
    opened.close();
    return c.body(null);
  }
  return c.body(toStream(opened.body));
}

/** Asks for the next piece only when the last has been taken. */
function toStream(pieces: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = pieces[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}
