import { afterEach, describe, expect, it } from 'vitest';
import { RunlensError, type ErrorCode } from '../../../src/errors.ts';
import {
  createTransport,
  DEFAULT_RETRY,
  TrackingClient,
  type Auth,
  type RetryOptions,
} from '../../../src/mlflow/index.ts';
import {
  inTurn,
  mlflowError,
  startScripted,
  type Reply,
  type ScriptedServer,
} from '../../support/scripted-server.ts';

const QUICK: RetryOptions = { ...DEFAULT_RETRY, backoffFactor: 0.001, backoffJitter: 0 };
const EXPERIMENTS = { body: '{"experiments": [{"experiment_id": "0", "name": "Default"}]}' };

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function serve(...replies: Reply[]): Promise<ScriptedServer> {
  const server = await startScripted(inTurn(...replies));
  closers.push(() => server.close());
  return server;
}

interface Options {
  auth?: Auth;
  workspace?: string;
  retry?: Partial<RetryOptions>;
  timeoutMs?: number;
}

function connect(baseUrl: string, { auth, workspace, retry, timeoutMs = 5_000 }: Options = {}) {
  const client = new TrackingClient({
    baseUrl,
    transport: createTransport({ timeoutMs }),
    ...(auth === undefined ? {} : { auth }),
    workspace,
    retry: { ...QUICK, ...retry },
  });
  closers.push(() => client.http.close());
  return client;
}

const ask = (client: TrackingClient) => client.searchExperiments();
const contact = (client: TrackingClient) =>
  client.searchExperiments(undefined, { firstContact: true });

async function failure(asked: Promise<unknown>): Promise<RunlensError> {
  const error: unknown = await asked.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof RunlensError)) throw new Error(`expected a failure, got ${String(error)}`);
  return error;
}

describe('an answer that may pass', () => {
  it.each<[string, Reply]>([
    ...[408, 429, 500, 502, 503, 504].map((status): [string, Reply] => [`${status}`, { status }]),
    ['500 INTERNAL_ERROR', mlflowError(500, 'INTERNAL_ERROR')],
    ['503 TEMPORARILY_UNAVAILABLE', mlflowError(503, 'TEMPORARILY_UNAVAILABLE')],
    ['a body that stops short of its length', { ...EXPERIMENTS, cutAfter: 20 }],
    [
      'a body that stops short of its announced length',
      { ...EXPERIMENTS, headers: { 'content-length': '1000' }, cutAfter: 20 },
    ],
    ['a body cut by a proxy that knew its length', { body: EXPERIMENTS.body.slice(0, 30) }],
    ['an empty 200', {}],
    ['a proxy page with 503', { status: 503, headers: { 'content-type': 'text/html' } }],
    ['a page of a proxy that restarts', { body: '<html><h1>Please hold</h1></html>' }],
    ['a broken compression', { headers: { 'content-encoding': 'gzip' }, body: 'not gzip' }],
  ])('is asked for again: %s', async (_, reply) => {
    const server = await serve(reply, reply, EXPERIMENTS);
    const client = connect(server.url);
    expect((await ask(client)).experiments).toHaveLength(1);
    expect(client.http.traffic).toEqual({ requests: 3, retries: 2 });
  });

  it('is given up after the retries that are set', async () => {
    const server = await serve({ status: 503, body: 'busy' });
    const error = await failure(ask(connect(server.url, { retry: { maxRetries: 4 } })));
    expect(error).toMatchObject({ code: 'SERVER_ERROR' });
    expect(error.message).toContain('503: busy');
    expect(server.asked).toHaveLength(5);
  });

  it.each([
    ['', 'answered 200 with nothing'],
    [EXPERIMENTS.body.slice(0, 30), 'answered 200 but the answer is no JSON'],
    [
      '{"experiments": [{"experiment_id": 0, "name": "Default"}]}',
      'answered 200 but the answer has an unexpected experiments.0.experiment_id: ' +
        'Invalid input: expected string, received number',
    ],
  ])('is told by what is wrong with it: %s', async (body, said) => {
    const server = await serve({ body });
    const error = await failure(ask(connect(server.url, { retry: { maxRetries: 0 } })));
    expect(error.code).toBe('BAD_ANSWER');
    expect(error.message).toBe(`${server.url}/api/2.0/mlflow/experiments/search ${said}`);
  });

  it('is asked for twice more at 500, which MLflow answers to mistakes too', async () => {
    const server = await serve(mlflowError(500, 'INTERNAL_ERROR', 'invalid literal'));
    const error = await failure(ask(connect(server.url)));
    expect([error.code, server.asked.length]).toEqual(['SERVER_ERROR', 3]);
    expect(error.message).toContain('INTERNAL_ERROR: invalid literal');
  });

  it('is waited for as long as Retry-After says', async () => {
    const server = await serve({ status: 429, headers: { 'retry-after': '0.2' } }, EXPERIMENTS);
    const began = performance.now();
    await ask(connect(server.url));
    expect(performance.now() - began).toBeGreaterThanOrEqual(195);
  });

  it('is not waited for beyond the deadline', async () => {
    const server = await serve({ status: 429, headers: { 'retry-after': '3600' } });
    const error = await failure(ask(connect(server.url, { retry: { deadlineMs: 60_000 } })));
    expect([error.code, server.asked.length]).toEqual(['RATE_LIMITED', 1]);
  });
});

describe('an answer that stays', () => {
  const LOGIN = '<!DOCTYPE html><html><form>Sign in: <input type="password"></form></html>';
  const html = { 'content-type': 'text/html; charset=utf-8' };

  it.each<[string, Reply, ErrorCode]>([
    ['401 of MLflow', mlflowError(401, 'UNAUTHENTICATED'), 'UNAUTHENTICATED'],
    ['401 of a proxy', { status: 401, headers: html, body: LOGIN }, 'UNAUTHENTICATED'],
    ['403 of MLflow', mlflowError(403, 'PERMISSION_DENIED'), 'PERMISSION_DENIED'],
    [
      "403 of MLflow's host check",
      {
        status: 403,
        headers: { 'content-type': 'text/plain' },
        body: 'Invalid Host header - possible DNS rebinding attack detected',
      },
      'HOST_REFUSED',
    ],
    ['403 with a login page', { status: 403, headers: html, body: LOGIN }, 'LOGIN_PAGE'],
    [
      'a redirect to a login',
      { status: 302, headers: { location: 'https://sso.example/login?next=%2F' } },
      'LOGIN_PAGE',
    ],
    [
      'a redirect elsewhere',
      { status: 301, headers: { location: 'https://new.example/' } },
      'NOT_MLFLOW',
    ],
    ['404 with a page', { status: 404, headers: html, body: '<html>none</html>' }, 'NOT_MLFLOW'],
    ['404 of MLflow', mlflowError(404, 'RESOURCE_DOES_NOT_EXIST'), 'NOT_FOUND'],
    ['400 of MLflow', mlflowError(400, 'INVALID_PARAMETER_VALUE'), 'SERVER_REFUSED'],
    ['200 with a page', { headers: html, body: '<html><h1>It works</h1></html>' }, 'NOT_MLFLOW'],
    ['200 with text', { headers: { 'content-type': 'text/plain' }, body: 'OK' }, 'NOT_MLFLOW'],
    ['200 with another JSON', { body: '["a", "list"]' }, 'NOT_MLFLOW'],
    ['405', { status: 405, body: 'no' }, 'NOT_MLFLOW'],
  ])('is told at once: %s', async (_, reply, code) => {
    const server = await serve(reply);
    const error = await failure(contact(connect(server.url)));
    expect([error.code, server.asked.length]).toEqual([code, 1]);
    expect(error.message).toContain(server.url);
    expect(error.message).not.toMatch(/[\n\r]/);
    expect(error.hint).not.toBe('');
  });

  it('is a login page once it stays one: proxies show them while they restart', async () => {
    const server = await serve({ headers: html, body: LOGIN });
    const error = await failure(ask(connect(server.url, { retry: { maxRetries: 2 } })));
    expect([error.code, server.asked.length]).toEqual(['LOGIN_PAGE', 3]);
  });

  it('hides the query of a redirect', async () => {
    const server = await serve({ status: 302, headers: { location: '/login?ticket=s3cret' } });
    expect((await failure(ask(connect(server.url)))).message).not.toContain('s3cret');
  });
});

describe('a server that is not there', () => {
  const DEAD = 'http://127.0.0.1:9';

  it('is said at first contact after two more tries, not all eight', async () => {
    const client = connect(DEAD, { retry: { maxRetries: 7, backoffFactor: 2 } });
    const error = await failure(contact(client));
    expect(error.code).toBe('SERVER_UNREACHABLE');
    expect(error.message).toBe(`${DEAD} refuses connections`);
    expect(client.http.traffic.retries).toBe(2);
  });

  it('is waited for in the middle of a sync', async () => {
    const client = connect(DEAD, { retry: { maxRetries: 5 } });
    await failure(ask(client));
    expect(client.http.traffic.retries).toBe(5);
  });

  it('is a time-out when it takes the question and says nothing', async () => {
    const server = await serve({ silent: true });
    const client = connect(server.url, { timeoutMs: 300, retry: { maxRetries: 1 } });
    const error = await failure(ask(client));
    expect([error.code, server.asked.length]).toEqual(['SERVER_TIMEOUT', 2]);
    expect(error.message).toBe(`${server.url} did not answer within 0.3 s`);
  });

  it('can be left, while it is silent and while a retry waits', async () => {
    const server = await serve({ status: 503 }, { silent: true });
    for (const retry of [{ backoffFactor: 600, maxRetries: 3 }, {}]) {
      const abort = new AbortController();
      const client = connect(server.url, { retry });
      const asked = client.searchExperiments(undefined, { signal: abort.signal });
      setImmediate(() => abort.abort());
      expect((await failure(asked)).code).toBe('CANCELLED');
    }
  });
});

it('asks below a path, and sends a workspace only when there is one', async () => {
  const server = await serve(EXPERIMENTS);
  await ask(connect(`${server.url}/team/mlflow/`));
  await ask(connect(server.url, { workspace: 'blue' }));
  expect(server.asked.map(({ path }) => path)).toEqual([
    '/team/mlflow/api/2.0/mlflow/experiments/search',
    '/api/2.0/mlflow/experiments/search',
  ]);
  expect(server.asked.map(({ headers }) => headers['x-mlflow-workspace'])).toEqual([
    undefined,
    'blue',
  ]);
});
