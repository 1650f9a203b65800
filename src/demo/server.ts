import { serve } from '@hono/node-server';
import type { AddressInfo } from 'node:net';
import { createDemoApp } from './routes.ts';
import { loadRecording, type Recording } from './recording.ts';

const HOST = '127.0.0.1';

export interface DemoServerOptions {
  /** 0, the default, takes a free one. */
  port?: number;
  /** Moves every recorded time by whole days; see `daysToShift`. */
  shiftDays?: number;
  /** The folder of a recording; by default the one that ships with Runlens. */
  recorded?: string;
}

export interface DemoServer {
  url: string;
  close(): Promise<void>;
}

/** Starts the sample tracking server on loopback. It reads its recording at the first request. */
export async function startDemoServer(options: DemoServerOptions = {}): Promise<DemoServer> {
  const { port = 0, shiftDays = 0, recorded } = options;
  let loading: Promise<Recording> | undefined;
  const app = createDemoApp(() => (loading ??= loadRecording(recorded, shiftDays)));
  const { server, address } = await listening(app, port);
  return {
    url: `http://${HOST}:${address.port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}

function listening(
  app: ReturnType<typeof createDemoApp>,
  port: number,
): Promise<{ server: ReturnType<typeof serve>; address: AddressInfo }> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port, hostname: HOST }, (address) => {
      server.off('error', reject);
      resolve({ server, address });
    });
    server.once('error', reject);
  });
}
