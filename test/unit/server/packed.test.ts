import { gunzipSync } from 'node:zlib';
import { Hono } from 'hono';
import { expect, it } from 'vitest';
import { sendBody } from '../../../src/server/packed.ts';

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
