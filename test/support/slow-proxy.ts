import { once } from 'node:events';
import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface SlowProxy {
  url: string;
  /** Requests for pages of runs so far. */
  pages: number;
  close(): Promise<void>;
}

/** Passes everything on after some milliseconds, so that there are moments between two answers. */
export async function startSlowProxy(target: string, delayMs: () => number): Promise<SlowProxy> {
  const forward = async (asked: IncomingMessage): Promise<IncomingMessage> => {
    await sleep(delayMs());
    const { method, url = '', headers } = asked;
    const onward = request(new URL(url, target), { method, headers });
    asked.pipe(onward);
    return ((await once(onward, 'response')) as [IncomingMessage])[0];
  };
  const server = createServer((asked, response) => {
    if (asked.url?.endsWith('/runs/search') === true) proxy.pages += 1;
    forward(asked)
      .then((answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        return answer.pipe(response);
      })
      .catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const proxy: SlowProxy = {
    url: `http://127.0.0.1:${port}`,
    pages: 0,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return proxy;
}
