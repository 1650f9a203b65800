import { afterEach, describe, expect, it } from 'vitest';
import { pino } from 'pino';
import type { Clock } from '../../../src/clock.ts';
import {
  createTransport,
  DEFAULT_RETRY,
  TrackingClient,
  type Auth,
} from '../../../src/mlflow/index.ts';
import {
  mlflowError,
  startScripted,
  type Asked,
  type Reply,
  type ScriptedServer,
} from '../../support/scripted-server.ts';

const TOKEN = 'dapi-0123456789abcdef';
const OAUTH: Auth = { kind: 'oauth', clientId: 'robot', clientSecret: 's3cret-of-robot' };

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** What is logged, as the lines that go to stderr. */
function connect(server: ScriptedServer, auth: Auth, clock?: Clock) {
  const lines: string[] = [];
  const client = new TrackingClient({
    baseUrl: server.url,
    transport: createTransport({ timeoutMs: 5_000 }),
    auth,
    retry: { ...DEFAULT_RETRY, backoffFactor: 0.001, backoffJitter: 0, maxRetries: 2 },
    log: pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) }),
    ...(clock === undefined ? {} : { clock }),
  });
  closers.push(() => client.http.close());
  return { client, lines };
}

async function serve(answer: (asked: Asked, index: number) => Reply): Promise<ScriptedServer> {
  const server = await startScripted(answer);
  closers.push(() => server.close());
  return server;
}

const sent = (server: ScriptedServer) => server.asked.map(({ headers }) => headers.authorization);

it.each<[string, Auth, string | undefined]>([
  ['nothing', { kind: 'none' }, undefined],
  ['a token', { kind: 'bearer', token: TOKEN }, `Bearer ${TOKEN}`],
  [
    'user and password, in UTF-8',
    { kind: 'basic', username: 'amélie', password: 'pä:ss' },
    `Basic ${Buffer.from('amélie:pä:ss').toString('base64')}`,
  ],
])('sends %s', async (_, auth, expected) => {
  const server = await serve(() => ({ body: '{}' }));
  await connect(server, auth).client.searchExperiments();
  expect(sent(server)).toEqual([expected]);
});

describe('OAuth of Databricks', () => {
  const answers = ({ path }: Asked, index: number): Reply =>
    path.endsWith('/token')
      ? { body: JSON.stringify({ access_token: `token-${index}`, expires_in: 3600 }) }
      : { body: '{}' };

  it('asks for a token once, and again shortly before it ends', async () => {
    let now = 0;
    const server = await serve(answers);
    const { client } = connect(server, OAUTH, { now: () => now });
    await client.searchExperiments();
    now = 54 * 60_000;
    await client.searchExperiments();
    now = 56 * 60_000;
    await client.searchExperiments();
    expect(server.asked[0]).toMatchObject({
      path: '/oidc/v1/token',
      body: 'grant_type=client_credentials&scope=all-apis',
    });
    const basic = `Basic ${Buffer.from('robot:s3cret-of-robot').toString('base64')}`;
    expect(sent(server)).toEqual([
      basic,
      'Bearer token-0',
      'Bearer token-0',
      basic,
      'Bearer token-3',
    ]);
  });

  it('asks for another token after a 401, once', async () => {
    const server = await serve((asked, index) =>
      asked.path.endsWith('/token') ? answers(asked, index) : mlflowError(401, 'UNAUTHENTICATED'),
    );
    const asked = connect(server, OAUTH).client.searchExperiments();
    await expect(asked).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(server.asked.filter(({ path }) => path.endsWith('/token'))).toHaveLength(2);
    expect(server.asked).toHaveLength(4);
  });

  it.each<[string, Reply, string]>([
    ['refuses the client', { status: 401, body: '{}' }, 'UNAUTHENTICATED'],
    ['answers without a token', { body: '{"error": "none"}' }, 'BAD_ANSWER'],
    ['answers with half a token', { body: '{"access_token": "half-a-tok' }, 'BAD_ANSWER'],
  ])('says that the server %s', async (_, reply, code) => {
    const server = await serve(() => reply);
    const asked = connect(server, OAUTH).client.searchExperiments();
    await expect(asked).rejects.toMatchObject({ code });
  });
});

/** Everything an error could show anywhere, its causes included. */
function allOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${error.stack ?? ''} ${JSON.stringify(Object.entries(error))} ${allOf(error.cause)}`;
}

describe('secrets stay (invariant 7)', () => {
  const auths: [string, Auth, string[]][] = [
    ['a token', { kind: 'bearer', token: TOKEN }, [TOKEN]],
    [
      'a password',
      { kind: 'basic', username: 'amara', password: 'p4ss-w0rd' },
      ['p4ss-w0rd', Buffer.from('amara:p4ss-w0rd').toString('base64')],
    ],
    [
      'an OAuth secret',
      OAUTH,
      ['s3cret-of-robot', Buffer.from('robot:s3cret-of-robot').toString('base64')],
    ],
  ];

  it.each(auths)('%s, even if the server quotes it', async (_, auth, secrets) => {
    const echoes: ((asked: Asked) => Reply)[] = [
      ({ headers }) => mlflowError(503, 'ODD', `got ${headers.authorization}, ${secrets.join()}`),
      ({ headers }) => ({ status: 403, body: `no ${headers.authorization} ${secrets.join()}` }),
      () => ({ body: `"${secrets.join()}"` }),
    ];
    for (const echo of echoes) {
      const server = await serve(echo);
      const { client, lines } = connect(server, auth);
      const error: unknown = await client.searchExperiments().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Error);
      for (const secret of secrets) {
        expect(allOf(error)).not.toContain(secret);
        expect(lines.join('')).not.toContain(secret);
      }
    }
  });

  it('a token that was asked for, whole or half', async () => {
    const half = await serve(() => ({ body: '{"access_token": "half-a-tok' }));
    const quoting = await serve(({ path, headers }) =>
      path.endsWith('/token')
        ? { body: '{"access_token": "half-a-token"}' }
        : mlflowError(400, 'ODD', `got ${headers.authorization}`),
    );
    for (const server of [half, quoting]) {
      const { client, lines } = connect(server, OAUTH);
      const error: unknown = await client.searchExperiments().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Error);
      expect(allOf(error) + lines.join('')).not.toContain('half-a-tok');
    }
  });
});
