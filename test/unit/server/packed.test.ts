import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { packPieces, sendBody } from '../../../src/server/packed.ts';

const HTML = { body: '<p>täglich</p>'.repeat(1_000), type: 'text/html; charset=utf-8' };
const PNG = { body: new Uint8Array(10_000), type: 'image/png' };
const SHORT = { body: '{}', type: 'application/json' };

const app = new Hono()
  .get('/html', (c) => sendBody(c, HTML))
  .get('/png', (c) => sendBody(c, PNG))
  .get('/short', (c) => sendBody(c, SHORT));

const ask = (path: string, encoding?: string) =>
  app.request(path, { headers: encoding === undefined ? {} : { 'Accept-Encoding': encoding } });

it.each(['gzip', 'br;q=1.0, gzip;q=0.8', 'deflate,gzip', '*'])('packs for %s', async (encoding) => {
  const answer = await ask('/html', encoding);
  expect(answer.headers.get('content-encoding')).toBe('gzip');
  expect(answer.headers.get('vary')).toBe('Accept-Encoding');
  const bytes = Buffer.from(await answer.arrayBuffer());
  expect(bytes.byteLength).toBeLessThan(HTML.body.length / 10);
  expect(gunzipSync(bytes).toString()).toBe(HTML.body);
});

it.each([undefined, 'identity', 'br', 'gzip;q=0', 'gzip; q=0.0, br', 'xgzip'])(
  'leaves words as they are for %s',
  async (encoding) => {
    const answer = await ask('/html', encoding);
    expect(answer.headers.get('content-encoding')).toBe(null);
    expect(answer.headers.get('vary')).toBe('Accept-Encoding');
    expect(await answer.text()).toBe(HTML.body);
  },
);

it.each(['/png', '/short'])('leaves %s as it is', async (path) => {
  const answer = await ask(path, 'gzip');
  expect(answer.headers.get('content-encoding')).toBe(null);
  expect(answer.headers.get('vary')).toBe(null);
});

describe('pieces', () => {
  const PIECE = Buffer.from('a,b\r\n'.repeat(10_000));

  it('are packed as one body', async () => {
    async function* three() {
      for (let piece = 0; piece < 3; piece++) yield await Promise.resolve(PIECE);
    }
    const packed = await buffer(packPieces(three()));
    expect(gunzipSync(packed).equals(Buffer.concat([PIECE, PIECE, PIECE]))).toBe(true);
  });

  it('that end in an error end in it packed', async () => {
    async function* broken() {
      yield await Promise.resolve(PIECE);
      throw new Error('the rows broke off');
    }
    const read = async (): Promise<void> => {
      for await (const piece of packPieces(broken())) expect(piece.length).toBeGreaterThan(0);
    };
    await expect(read()).rejects.toThrow('the rows broke off');
  });

  it('are let go when the reader leaves', async () => {
    const source = new EventTarget();
    async function* endless() {
      try {
        for (;;) yield await Promise.resolve(PIECE);
      } finally {
        source.dispatchEvent(new Event('let go'));
      }
    }
    const letGo = once(source, 'let go');
    for await (const piece of packPieces(endless())) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    await letGo;
  });
});
