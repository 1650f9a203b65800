import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { RunlensError } from '../../errors.ts';
import type { ServerContext } from '../context.ts';

/** Two hundred people with ten pages each. */
const MAX_LISTENERS = 2_000;
const HEARTBEAT_MS = 20_000;

/** `GET /api/v1/events`: server-sent events, one now and one for each new data version. */
export function eventRoutes({ deps }: ServerContext): Hono {
  const app = new Hono();
  const listeners = new Set<() => void>();
  deps.stopping?.addEventListener('abort', () => listeners.forEach((leave) => leave()));
  app.get('/api/v1/events', (c) => {
    c.header('Cache-Control', 'no-store');
    // nginx would keep events back until they fill a page of its memory.
    c.header('X-Accel-Buffering', 'no');
    // Who asks for the headers alone never listens, and so would never leave.
    if (c.req.method === 'HEAD') return c.body(null, 200, { 'Content-Type': 'text/event-stream' });
    if (listeners.size >= MAX_LISTENERS) {
      throw new RunlensError('BUSY', `${MAX_LISTENERS} pages are listening already`);
    }
    return streamSSE(c, async (stream) => {
      let writing = false;
      let behind = false;
      // Who does not read is told the latest once it does: what waits for it does not pile up.
      const write = async (beat: boolean): Promise<void> => {
        if (writing) {
          behind ||= !beat;
          return;
        }
        writing = true;
        if (beat) await stream.write(':\n\n');
        else await stream.writeSSE(versionEvent());
        writing = false;
        if (!behind) return;
        behind = false;
        await write(false);
      };
      const versionEvent = () => {
        const { dataVersion, asOf } = deps.state();
        const data = JSON.stringify({ dataVersion, asOf, revision: deps.revision?.() ?? 0 });
        return { event: 'version', id: String(dataVersion), data };
      };
      const stop = deps.onCommit(() => void write(false));
      const beat = setInterval(() => void write(true), HEARTBEAT_MS);
      beat.unref();
      void write(false);
      await new Promise<void>((leave) => {
        listeners.add(leave);
        stream.onAbort(() => {
          listeners.delete(leave);
          leave();
        });
      });
      clearInterval(beat);
      stop();
    });
  });
  return app;
}
