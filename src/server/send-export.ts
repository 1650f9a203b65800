import type { Context } from 'hono';
import { openExport, type ExportRequest } from '../exports/export.ts';
import type { ServerDeps } from './deps.ts';

/** Streams an export as the answer; a client that goes away ends the query. */
export async function sendExport(
  c: Context,
  { exports }: Pick<ServerDeps, 'exports'>,
  request: ExportRequest,
): Promise<Response> {
  const opened = await openExport(exports, request, c.req.raw.signal);
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
