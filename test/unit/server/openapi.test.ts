import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createFixtureServer, serveFixture } from '../../support/fixture-server.ts';

type Json = Parameters<typeof z.fromJSONSchema>[0];
type Content = Record<string, { schema?: Json }>;
type Responses = Record<string, { content: Content }>;
type Paths = Record<string, Record<string, { responses: Responses }>>;

let server: Awaited<ReturnType<typeof serveFixture>>;
let paths: Paths;
beforeAll(async () => {
  const progress = { phase: 'refresh', experimentsDone: 1, experiments: 2, runs: 3 } as const;
  const sync = { current: () => [{ source: 'default', ...progress }], start: () => undefined };
  server = await serveFixture({ deps: { sync } });
  paths = ((await (await fetch(`${server.origin}/openapi.json`)).json()) as { paths: Paths }).paths;
});
afterAll(() => server.close());

/** Addresses of each operation that answers in JSON. */
const ADDRESSES: Record<string, readonly string[]> = {
  'get /dashboards/{id}/panels/{file}': [
    ...['runs', 'success', 'status', 'people'].map(
      (it) => `/dashboards/overview/panels/${it}.json`,
    ),
    '/dashboards/overview/panels/status.vega.json',
  ],
  'get /dashboards/{id}/params/{file}': ['/dashboards/metric-trends/params/experiment.json'],
  'get /api/v1/views': ['/api/v1/views'],
  'get /api/v1/views/{file}': ['/api/v1/views/runs.json', '/api/v1/views/metrics.json'],
  'get /api/v1/export/{file}': [
    '/api/v1/export/runs.json',
    '/api/v1/export/runs-nested.json',
    '/api/v1/export/experiments.json',
  ],
  'get /api/v1/sync': ['/api/v1/sync'],
  'post /api/v1/sync': ['/api/v1/sync'],
  'get /healthz': ['/healthz'],
  'get /readyz': ['/readyz'],
  'get /openapi.json': ['/openapi.json'],
  'get /schemas/dashboard.v1.json': ['/schemas/dashboard.v1.json'],
};

/** With no key beside those that are told: what is sent and not described shows. */
const closed = (schema: Json): Json =>
  JSON.parse(JSON.stringify(schema), (_, it: unknown) =>
    typeof it === 'object' && it !== null && 'properties' in it
      ? { additionalProperties: false, ...it }
      : it,
  ) as Json;

function expectDescribed(operation: string, status: number, answer: unknown): void {
  const [method = '', path = ''] = operation.split(' ');
  const responses = paths[path]?.[method]?.responses ?? {};
  const { content } = responses[status] ?? responses['default'] ?? { content: {} };
  const schema = content['application/json']?.schema;
  if (schema === undefined) throw new Error(`${operation} ${status} has no schema`);
  const { error } = z.fromJSONSchema(closed(schema)).safeParse(answer);
  expect(error?.issues ?? []).toEqual([]);
}

describe('the OpenAPI document', () => {
  it('has a schema of every answer in JSON, and a real one is looked at below', () => {
    const inJson = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { responses }]) =>
        Object.entries(responses).some(
          ([status, { content }]) => status !== 'default' && 'application/json' in content,
        )
          ? [`${method} ${path}`]
          : [],
      ),
    );
    expect(inJson.toSorted()).toEqual(Object.keys(ADDRESSES).toSorted());
  });

  it.each(Object.entries(ADDRESSES))('describes what %s answers', async (operation, addresses) => {
    const [method = ''] = operation.split(' ');
    for (const address of addresses) {
      const answer = await fetch(server.origin + address, { method: method.toUpperCase() });
      expect([address, answer.ok]).toEqual([address, true]);
      expectDescribed(operation, answer.status, await answer.json());
    }
  });

  it.each([
    ['get /dashboards/{id}/panels/{file}', '/dashboards/overview/panels/no.json', 404],
    ['get /api/v1/views/{file}', '/api/v1/views/runs.json?no=1', 400],
    ['get /api/v1/export/{file}', '/api/v1/export/runs.json?status=NO', 400],
  ])('describes how %s refuses %s', async (operation, address, status) => {
    const answer = await fetch(server.origin + address);
    expect(answer.status).toBe(status);
    expectDescribed(operation, status, await answer.json());
  });

  it('describes a service that is not ready', async () => {
    const { app, store } = await createFixtureServer({ runs: 0 });
    const answer = await app.request('http://127.0.0.1/readyz', { headers: { Host: '127.0.0.1' } });
    expect(answer.status).toBe(503);
    expectDescribed('get /readyz', 503, await answer.json());
    await store.close();
  });
});

it('describes every route there is', async () => {
  const { app, store } = await createFixtureServer();
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const real = app.routes
    .filter((it) => it.method !== 'ALL')
    .map(({ method, path }) => ({ method, path: path.replace(/\{.*\\(\.\w+)\}/, '$1') }))
    .map((it) => `${it.method} ${it.path.replaceAll(/:(\w+)/g, '{$1}')}`);
  expect(described.sort()).toEqual([...new Set(real)].sort());
  await store.close();
});
