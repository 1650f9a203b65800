import { serve as listen } from '@hono/node-server';
import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Config } from '../config.ts';
import { RunlensError } from '../errors.ts';

/** What is being answered when the service stops may go on for so long: Docker kills after ten seconds. */
const GRACE_MS = 5_000;
const IDLE_MS = 50;

export interface Bound {
  port: number;
  /** Takes no more requests, lets those under way end, and cuts off what lasts longer. */
  close: () => Promise<void>;
}

/** @throws RunlensError PORT_IN_USE, BAD_CONFIG for an address that is not this machine's */
export function bind(
  fetch: (request: Request) => Response | Promise<Response>,
  { host, port }: Pick<Config, 'host' | 'port'>,
  { graceMs = GRACE_MS } = {},
): Promise<Bound> {
  return new Promise((resolve, reject) => {
    const server = listen({ fetch, port, hostname: host }, (address: AddressInfo) => {
      server.off('error', failed);
      resolve({
        port: address.port,
        close: () => close(server as Server, sockets, graceMs),
      });
    });
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    const failed = (error: NodeJS.ErrnoException): void => reject(bindError(error, host, port));
    server.once('error', failed);
  });
}

function close(server: Server, sockets: ReadonlySet<Socket>, graceMs: number): Promise<void> {
  return new Promise((closed) => {
    // A browser opens one ahead of what it may ask; it counts as open until something is asked by it.
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
    // A connection that is kept alive counts as open for seconds after its last answer.
    const idle = setInterval(() => server.closeIdleConnections(), IDLE_MS);
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearInterval(idle);
      clearTimeout(cut);
      closed();
    });
  });
}

function bindError(error: NodeJS.ErrnoException, host: string, port: number): RunlensError {
  if (error.code === 'EADDRINUSE') {
    return new RunlensError('PORT_IN_USE', `port ${port} of ${host} is in use`, {
      cause: error,
      field: 'port',
    });
  }
  return new RunlensError('BAD_CONFIG', `cannot listen on ${host}:${port}: ${error.code ?? ''}`, {
    cause: error,
    field: 'host',
    hint: 'Choose an address of this machine with --host, and a port above 1023.',
  });
}
