import type { JSX } from 'hono/jsx/jsx-runtime';

/** A page's elements as the text that is sent. */
export async function pageText(elements: JSX.Element | Promise<JSX.Element>): Promise<string> {
  return `<!doctype html>\n${String(await elements)}`;
}
