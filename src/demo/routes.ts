import { Hono, type Context } from 'hono';
import { ApiError, invalid } from './api-error.ts';
import { RequestMessage } from './message.ts';
import type { Recording } from './recording.ts';
import * as tracking from './tracking.ts';

const PREFIXES = ['/api/2.0/mlflow', '/ajax-api/2.0/mlflow'];
const JSON_TYPE = /^application\/json(?:;|$)/i;

const POSTED: Readonly<Record<string, tracking.Endpoint>> = {
  '/runs/search': tracking.searchRuns,
  '/experiments/search': tracking.searchExperiments,
};

const GOT: Readonly<Record<string, tracking.Endpoint>> = {
  '/experiments/search': tracking.searchExperiments,
  '/experiments/get': tracking.getExperiment,
  '/experiments/get-by-name': tracking.getExperimentByName,
  '/runs/get': tracking.getRun,
  '/metrics/get-history': tracking.getHistory,
};

/** The routes of a tracking server, over a recording that is loaded when first asked for. */
export function createDemoApp(recording: () => Promise<Recording>): Hono {
  const app = new Hono();
  app.get('/health', (c) => c.body('OK', 200, { 'content-type': 'text/plain; charset=utf-8' }));
  app.get('/version', async (c) => html(c, 200, (await recording()).mlflowVersion));
  for (const prefix of PREFIXES) {
    for (const [path, endpoint] of Object.entries(POSTED)) {
      app.post(prefix + path, async (c) => {
        if (!JSON_TYPE.test(c.req.header('content-type') ?? '')) {
          throw invalid('the content type must be application/json');
        }
        const message = RequestMessage.fromBody(await c.req.text());
        return json(c, 200, endpoint(await recording(), message));
      });
    }
    for (const [path, endpoint] of Object.entries(GOT)) {
      app.get(prefix + path, async (c) => {
        const message = RequestMessage.fromQuery(c.req.query());
        return json(c, 200, endpoint(await recording(), message));
      });
    }
    for (const path of Object.keys({ ...POSTED, ...GOT })) {
      app.all(prefix + path, (c) => html(c, 405, page('405 Method Not Allowed')));
    }
  }
  app.notFound((c) => html(c, 404, page('404 Not Found')));
  app.onError((thrown, c) => {
    const error =
      tracking.asApiError(thrown) ??
      new ApiError('INTERNAL_ERROR', `sample server: ${thrown.message}`);
    return json(c, error.status, error.body);
  });
  return app;
}

function json(c: Context, status: 200 | 400 | 404 | 500, body: string): Response {
  return c.body(body, status, { 'content-type': 'application/json' });
}

function html(c: Context, status: 200 | 404 | 405, body: string): Response {
  return c.body(body, status, { 'content-type': 'text/html; charset=utf-8' });
}

/** The real server answers these two with a page, which a client must not take for JSON. */
function page(title: string): string {
  return `<!doctype html>\n<html lang=en>\n<title>${title}</title>\n<h1>${title}</h1>\n`;
}
