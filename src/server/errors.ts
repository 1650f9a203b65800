import { basename } from 'node:path';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { toRunlensError } from '../errors.ts';
import { wantsPage } from '../exports/negotiate.ts';
import { ErrorPage } from '../web/error.tsx';
import type { ServerContext } from './context.ts';
import { pageText } from '../web/page-text.ts';

const RETRY_AFTER_SECONDS = '10';

/** One shape for every failure: JSON, or a page when a browser asks for one. */
export async function errorResponse(
  thrown: unknown,
  c: Context,
  { deps, frame }: ServerContext,
): Promise<Response> {
  const error = toRunlensError(thrown);
  const { code, message, hint, field, status } = error;
  if (status >= 500) deps.log.error({ err: error, path: c.req.path }, 'request failed');
  c.header('Cache-Control', 'no-store');
  c.header('Vary', 'Accept, Cookie');
  if (code === 'BUSY') c.header('Retry-After', RETRY_AFTER_SECONDS);
  // 499 is ours to name and nobody's to read: the asker has gone.
  const sent = (status === 499 ? 503 : status) as ContentfulStatusCode;
  if (!wantsPage(c.req.header('Accept'))) {
    return c.json(
      { error: { code, message, hint, ...(field === undefined ? {} : { field }) } },
      sent,
    );
  }
  // A page that one kept may ask for a user or an experiment that is gone.
  const dashboard =
    field === undefined
      ? undefined
      : deps.dashboards.get(basename(c.req.param('id') ?? '', '.html'));
  const told = { status: sent, code, message, hint, dashboard };
  const html = await pageText(ErrorPage({ frame: frame(c), ...told }));
  return c.body(html, sent, { 'Content-Type': 'text/html; charset=utf-8' });
}
