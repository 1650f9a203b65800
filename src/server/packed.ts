import { pipeline } from 'node:stream';
import { promisify } from 'node:util';
import { constants, createGzip, gzip } from 'node:zlib';
import type { Context } from 'hono';
import type { Body } from './cache.ts';

const pack = promisify(gzip);

/** A packet of a network holds as much as it is. */
const LEAST_BYTES = 1_400;

/** Pictures and fonts are packed already. */
const WORDS = /^(?:text\/|application\/(?:x-nd)?json|image\/svg\+xml)/;

const ACCEPTS = /(?:^|[\s,])(?:gzip|\*)(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/;

/** A body that is sent again was packed once, in another thread; it goes with the body. */
const packed = new WeakMap<Body, Promise<Uint8Array<ArrayBuffer>>>();

/** Sends a body, packed with gzip where the asker can unpack it and it is worth it. */
export async function sendBody(c: Context, body: Body): Promise<Response> {
  const type = { 'Content-Type': body.type };
  if (body.body.length < LEAST_BYTES || !takesPacked(c, body.type)) {
    return c.body(body.body, 200, type);
  }
  const packing = packed.get(body) ?? pack(body.body).then((it) => new Uint8Array(it));
  packed.set(body, packing);
  return c.body(await packing, 200, { ...type, 'Content-Encoding': 'gzip' });
}

/** Whether the asker can unpack what is worth packing, by which its answer then varies. */
export function takesPacked(c: Context, type: string): boolean {
  if (!WORDS.test(type)) return false;
  c.header('Vary', 'Accept-Encoding', { append: true });
  return ACCEPTS.test(c.req.header('Accept-Encoding') ?? '');
}

/** Pieces packed as they come, in another thread; fast rather than small, for each is sent but once. */
export function packPieces(pieces: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  // Who reads the packed pieces is told of an error by them.
  return pipeline(pieces, createGzip({ level: constants.Z_BEST_SPEED }), () => undefined);
}
