import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { random } from '../../bench/support/generate.ts';

interface Good {
  status: number;
  type: string;
  body: Buffer;
  path: string;
}

type Fault = (response: ServerResponse, good: Good) => void | Promise<void>;

const JSON_TYPE = { 'content-type': 'application/json' };
const HTML = '<!DOCTYPE html><html><body><h1>Please hold</h1></body></html>';

const answer =
  (status: number, body: string, headers: Record<string, string> = {}): Fault =>
  (response) => {
    response.writeHead(status, { ...JSON_TYPE, ...headers }).end(body);
  };

const page = (status: number): Fault => answer(status, HTML, { 'content-type': 'text/html' });

function pass(response: ServerResponse, { status, type, body }: Good): void {
  response.writeHead(status, { 'content-type': type, 'content-length': body.length }).end(body);
}

/** What can happen to an answer on its way. */
const FAULTS = {
  delay: async (response, good) => {
    await sleep(40);
    pass(response, good);
  },
  reset: (response) => void response.destroy(),
  'cut short': (response, { type, body }) => {
    response.writeHead(200, { 'content-type': type, 'content-length': body.length });
    response.write(body.subarray(0, body.length / 2), () => response.destroy());
  },
  'cut in chunks': (response, { type, body }) => {
    response.writeHead(200, { 'content-type': type });
    response.write(body.subarray(0, body.length / 3), () => response.destroy());
  },
  // With the length of what is left: nothing but the JSON tells.
  'cut unseen': (response, good) =>
    pass(response, { ...good, body: good.body.subarray(0, (good.body.length * 2) / 3) }),
  'cut behind a list': (response, good) => {
    const end = good.body.lastIndexOf(']', good.body.length / 2) + 1 || 20;
    pass(response, {
      ...good,
      body: Buffer.concat([good.body.subarray(0, end), Buffer.from('}')]),
    });
  },
  '429 with seconds': answer(429, '{"error_code": "REQUEST_LIMIT_EXCEEDED"}', {
    'retry-after': '0',
  }),
  '429 with a date': answer(429, '', { 'retry-after': 'Thu, 01 Jan 2026 00:00:00 GMT' }),
  '429': answer(429, 'slow down'),
  '500': answer(500, '{"error_code": "INTERNAL_ERROR", "message": "database is locked"}'),
  '502': page(502),
  '503': answer(503, 'busy'),
  'page with 200': page(200),
  'empty 200': answer(200, ''),
  'no runs': (response, good) =>
    good.path.endsWith('/runs/search') ? answer(200, '{}')(response, good) : pass(response, good),
  'repeated token': (response, good) => {
    const text = good.body.toString('latin1');
    const turned = text.replace(/("next_page_token": ")[^"]*/, '$1eyJvZmZzZXQiOiAxfQ==');
    pass(response, { ...good, body: Buffer.from(turned, 'latin1') });
  },
  gzip: (response, { type, body }) => {
    response.writeHead(200, { 'content-type': type, 'content-encoding': 'gzip' });
    response.end(gzipSync(body));
  },
} satisfies Record<string, Fault>;

export type FaultName = keyof typeof FAULTS;
export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[];

export interface FaultProxy {
  url: string;
  /** Share of the answers that something happens to, from 0 to 1. */
  rate: number;
  /** What happens to them. */
  kinds: readonly FaultName[];
  /** How often each happened. */
  happened: Map<FaultName, number>;
  /** Starts over with this seed. */
  reseed(seed: number): void;
  close(): Promise<void>;
}

/**
 * Stands between a client and a quiet tracking server, and harms what the server answers, at random.
 * The server is asked each question once: it would be what takes the time.
 */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  let next = random(0);
  const known = new Map<string, Promise<Good>>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = 'GET', url = '/', headers } = request;
      const body = Buffer.concat(chunks);
      const question = `${method} ${url} ${body.toString()}`;
      const good = known.get(question) ?? forward({ method, url, headers, body });
      known.set(question, good);
      void good.then((it) => reply(response, it));
    });
  });

  async function forward(asked: {
    method: string;
    url: string;
    headers: IncomingHttpHeaders;
    body: Buffer;
  }): Promise<Good> {
    const { method, url, headers, body } = asked;
    const from = await fetch(new URL(url, target), {
      method,
      headers: { 'content-type': headers['content-type'] ?? '' },
      ...(method === 'POST' ? { body: new Uint8Array(body) } : {}),
    });
    return {
      status: from.status,
      type: from.headers.get('content-type') ?? '',
      body: Buffer.from(await from.arrayBuffer()),
      path: new URL(url, target).pathname,
    };
  }

  async function reply(response: ServerResponse, good: Good): Promise<void> {
    const { rate, kinds } = proxy;
    const name = next() < rate ? kinds[Math.floor(next() * kinds.length)] : undefined;
    if (name === undefined || good.status !== 200) {
      pass(response, good);
      return;
    }
    proxy.happened.set(name, (proxy.happened.get(name) ?? 0) + 1);
    await FAULTS[name](response, good);
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const proxy: FaultProxy = {
    url: `http://127.0.0.1:${port}`,
    rate: 0,
    kinds: FAULT_NAMES,
    happened: new Map(),
    reseed: (seed) => (next = random(seed)),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return proxy;
}
