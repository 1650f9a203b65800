import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Context } from 'hono';
import type { Body } from './cache.ts';

const pack = promisify(gzip);

/** A packet of a network holds as much as it is. */
const LEAST_BYTES = 1_400;

/** Pictures and fonts are packed already. */
const WORDS = /^(?:text\/|application\/json|image\/svg\+xml)/;

const ACCEPTS = /(?:^|[\s,])(?:gzip|\*)(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/;

/** A body that is sent again was packed once, in another thread; it goes with the body. */
const packed = new WeakMap<Body, Promise<Uint8Array<ArrayBuffer>>>();

/** Sends a body, packed with gzip where the asker can unpack it and it is worth it. */
export async function sendBody(c: Context, body: Body): Promise<Response> {
  const type = { 'Content-Type': body.type };
  if (body.body.length < LEAST_BYTES || !WORDS.test(body.type)) return c.body(body.body, 200, type);
  c.header('Vary', 'Accept-Encoding', { append: true });
  if (!ACCEPTS.test(c.req.header('Accept-Encoding') ?? '')) return c.body(body.body, 200, type);
  const packing = packed.get(body) ?? pack(body.body).then((it) => new Uint8Array(it));
  packed.set(body, packing);
  return c.body(await packing, 200, { ...type, 'Content-Encoding': 'gzip' });
}
