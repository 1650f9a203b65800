import type { MiddlewareHandler } from 'hono';
import { RunlensError } from '../errors.ts';

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Headers that keep a page from loading or running anything that is not ours. */
export const securityHeaders: MiddlewareHandler = async (c, next) => {
  await next();
  c.header('Content-Security-Policy', POLICY);
  c.header('X-Content-Type-Options', 'nosniff');
  c.header('Referrer-Policy', 'same-origin');
  c.header('Cross-Origin-Opener-Policy', 'same-origin');
  c.header('Cross-Origin-Resource-Policy', 'same-origin');
};

/**
 * Refuses names that are not ours: a foreign page may point its own name at a loopback address and
 * read what is served there. Changes are taken from our own pages and from programs only.
 */
export function hostGuard(allowed: readonly string[] | undefined): MiddlewareHandler {
  return async (c, next) => {
    const host = c.req.header('Host') ?? '';
    const name = host.replace(/:\d+$/, '').toLowerCase();
    if (allowed !== undefined && !allowed.includes(name)) {
      throw new RunlensError('FORBIDDEN', `this service does not answer to the name ${name}`);
    }
    const safe = c.req.method === 'GET' || c.req.method === 'HEAD';
    const origin = c.req.header('Origin');
    if (!safe && origin !== undefined && hostOf(origin) !== host.toLowerCase()) {
      throw new RunlensError('FORBIDDEN', 'the request comes from another site');
    }
    await next();
  };
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
