import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { RunlensError } from '../../errors.ts';
import type { ServerContext } from '../context.ts';

const MAX_LISTENERS = 256;
const HEARTBEAT_MS = 20_000;

/** `GET /api/v1/events`: server-sent events, one now and one for each new data version. */
export function eventRoutes({ deps }: ServerContext): Hono {
  const app = new Hono();
  let listeners = 0;
  app.get('/api/v1/events', (c) => {
    if (listeners >= MAX_LISTENERS) {
      throw new RunlensError('LIMIT_EXCEEDED', `${MAX_LISTENERS} pages are listening already`);
    }
    listeners++;
    c.header('Cache-Control', 'no-store');
    // nginx would keep events back until they fill a page of its memory.
    c.header('X-Accel-Buffering', 'no');
    return streamSSE(c, async (stream) => {
      const send = (): void => {
        const { dataVersion, asOf } = deps.state();
        const data = JSON.stringify({ dataVersion, asOf, revision: deps.revision?.() ?? 0 });
        void stream.writeSSE({ event: 'version', id: String(dataVersion), data });
      };
      const stop = deps.onCommit(send);
      const beat = setInterval(() => void stream.write(':\n\n'), HEARTBEAT_MS);
      beat.unref();
      send();
      await new Promise<void>((left) => stream.onAbort(left));
      clearInterval(beat);
      stop();
      listeners--;
    });
  });
  return app;
}
