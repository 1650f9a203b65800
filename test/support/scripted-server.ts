import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Reply {
  status?: number;
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** Breaks the connection off after so many bytes of the body. */
  cutAfter?: number;
  /** Never answers. */
  silent?: boolean;
}

export interface ScriptedServer {
  url: string;
  /** All that was asked so far. */
  asked: Asked[];
  close(): Promise<void>;
}

/** A real server on loopback whose answer number n is `answer(asked, n)`, counted from 0. */
export async function startScripted(
  answer: (asked: Asked, index: number) => Reply | Promise<Reply>,
): Promise<ScriptedServer> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const one = { method, path, headers, body: Buffer.concat(chunks).toString() };
      asked.push(one);
      void send(response, answer(one, asked.length - 1));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function send(response: ServerResponse, answer: Reply | Promise<Reply>): Promise<void> {
  const { status = 200, headers, body = '', cutAfter, silent = false } = await answer;
  if (silent) return;
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  if (cutAfter === undefined) response.end(body);
  else response.write(body.slice(0, cutAfter), () => response.destroy());
}

/** A script of answers, the last one for all that is asked after it. */
export function inTurn(...replies: Reply[]): (asked: Asked, index: number) => Reply {
  return (_, index) => replies[Math.min(index, replies.length - 1)] ?? {};
}

/** An error as MLflow words it. */
export function mlflowError(status: number, error_code: string, message = 'no'): Reply {
  return { status, body: JSON.stringify({ error_code, message }) };
}
