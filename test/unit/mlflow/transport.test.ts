import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTransport, type Transport } from '../../../src/mlflow/index.ts';
import { startScripted } from '../../support/scripted-server.ts';

let transport: Transport;
beforeEach(() => {
  transport = createTransport({ timeoutMs: 2_000 });
});
afterEach(() => transport.close());

const get = (url: string) => transport.send({ method: 'GET', url: new URL(url), headers: {} });

const TEXT = '{"name": "模型 🚀"}';

it.each([
  ['gzip', gzipSync(TEXT)],
  ['x-gzip', gzipSync(TEXT)],
  ['GZIP', gzipSync(TEXT)],
  ['deflate', deflateSync(TEXT)],
  ['br', brotliCompressSync(TEXT)],
  ['identity', Buffer.from(TEXT)],
])('undoes %s', async (encoding, body) => {
  const server = await startScripted(() => ({ headers: { 'content-encoding': encoding }, body }));
  expect((await get(server.url)).body.toString()).toBe(TEXT);
  expect(server.asked[0]?.headers['accept-encoding']).toBe('gzip, deflate');
  await server.close();
});

it('says which compression it cannot undo', async () => {
  const server = await startScripted(() => ({
    headers: { 'content-encoding': 'zstd' },
    body: 'x',
  }));
  await expect(get(server.url)).rejects.toMatchObject({
    code: 'BAD_ANSWER',
    message: "the answer is compressed as 'zstd'",
  });
  await server.close();
});

it('follows no redirect, so that credentials go nowhere else', async () => {
  const server = await startScripted(() => ({ status: 302, headers: { location: '/elsewhere' } }));
  expect(await get(server.url)).toMatchObject({ status: 302, location: '/elsewhere' });
  expect(server.asked).toHaveLength(1);
  await server.close();
});

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';

it.each([
  ['ends before the head', '', 'SERVER_UNREACHABLE'],
  ['ends within the head', HEAD.slice(0, 25), 'SERVER_UNREACHABLE'],
  ['ends before its length', `${HEAD}content-length: 99\r\n\r\n{"runs":`, 'SERVER_UNREACHABLE'],
  [
    'ends between chunks',
    `${HEAD}transfer-encoding: chunked\r\n\r\n8\r\n{"runs":\r\n`,
    'SERVER_UNREACHABLE',
  ],
  [
    'ends within a chunk',
    `${HEAD}transfer-encoding: chunked\r\n\r\n80\r\n{"runs":`,
    'SERVER_UNREACHABLE',
  ],
  ['is not HTTP', 'SSH-2.0-OpenSSH_9.6\r\n', 'NOT_MLFLOW'],
])('tells of an answer that %s', async (_, bytes, code) => {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', () => socket.end(bytes));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const answer = get(`http://127.0.0.1:${port}/`);
  await expect(answer).rejects.toMatchObject({ code });
  await expect(answer).rejects.toThrow(/^http:\/\/127\.0\.0\.1:\d+ [^\n]*$/);
  server.close();
});

it('tells of TLS asked from a server without', async () => {
  const server = await startScripted(() => ({}));
  await expect(get(server.url.replace('http', 'https'))).rejects.toMatchObject({
    code: 'SERVER_UNREACHABLE',
    message: expect.stringMatching(/does not speak TLS$/) as string,
    hint: expect.stringContaining('http://') as string,
  });
  await server.close();
});

it('names a certificate that it cannot read', () => {
  expect(() => createTransport({ caPath: '/nowhere/ca.pem' })).toThrow(
    'cannot read the certificate /nowhere/ca.pem',
  );
});
