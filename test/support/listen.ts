import type { Hono } from 'hono';
import { bind } from '../../src/cli/bind.ts';

/** A service behind a real socket, on a free port; what it stands on is closed after it. */
export async function listen(app: Hono, closeRest: () => Promise<void>) {
  const { port, close } = await bind(app.fetch, { host: '127.0.0.1', port: 0 }, { graceMs: 0 });
  return {
    origin: `http://127.0.0.1:${port}`,
    async close(): Promise<void> {
      await close();
      await closeRest();
    },
  };
}
