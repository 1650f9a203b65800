import { invalid } from './api-error.ts';

export interface Page<T> {
  items: readonly T[];
  token: string | undefined;
}

/** A slice of the list by offset; a token only where more follows, as servers since 3.7 at the latest do. */
export function pageOf<T>(all: readonly T[], size: number, pageToken: string): Page<T> {
  const offset = offsetOf(pageToken);
  const end = offset + size;
  return { items: all.slice(offset, end), token: end < all.length ? tokenOf(end) : undefined };
}

/** The server's own token, spaced as Python prints JSON. */
export function tokenOf(offset: number): string {
  return Buffer.from(`{"offset": ${offset}}`).toString('base64');
}

function offsetOf(token: string): number {
  if (token === '') return 0;
  const letters = token.replace(/[^A-Za-z0-9+/=]/g, '');
  if (letters.length % 4 !== 0) throw invalid('the page token is no base64');
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(letters, 'base64').toString('utf8'));
  } catch {
    throw invalid('the page token holds no JSON');
  }
  const offset = Number((parsed as { offset?: unknown } | null)?.offset ?? 0);
  // An offset of 0 is refused too: the server never makes such a token.
  if (!Number.isInteger(offset) || offset === 0) throw invalid('the page token holds no offset');
  return Math.max(0, offset);
}
