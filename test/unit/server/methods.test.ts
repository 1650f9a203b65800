import { afterAll, beforeAll, expect, it } from 'vitest';
import { createFixtureServer } from '../../support/fixture-server.ts';

let fixture: Awaited<ReturnType<typeof createFixtureServer>>;
beforeAll(async () => {
  fixture = await createFixtureServer();
});
afterAll(() => fixture.store.close());

const ask = (method: string, path: string, headers: Record<string, string> = {}) =>
  fixture.app.request(`http://127.0.0.1${path}`, {
    method,
    headers: { Host: '127.0.0.1', ...headers },
  });

it.each([
  ['text/html,application/xhtml+xml,*/*;q=0.8', 'text/html'],
  ['TEXT/HTML', 'text/html'],
  ['application/json, text/html;q=0.5', 'application/json'],
  ['text/html;q=0, */*', 'application/json'],
  ['*/*', 'application/json'],
])('tells who accepts %s as %s', async (Accept, type) => {
  const response = await ask('GET', '/nope', { Accept });
  expect(response.headers.get('Content-Type')?.split(';')[0]).toBe(type);
});

it.each([
  ['DELETE', '/', 'GET, HEAD'],
  ['OPTIONS', '/dashboards/overview', 'GET, HEAD'],
  ['POST', '/dashboards/overview/panels/status.svg', 'GET, HEAD'],
  ['PUT', '/api/v1/sync', 'GET, HEAD, POST'],
])('refuses %s of %s, and says what it takes', async (method, path, allow) => {
  const response = await ask(method, path);
  expect(response.status).toBe(405);
  expect(response.headers.get('Allow')).toBe(allow);
  expect(await response.json()).toMatchObject({ error: { code: 'METHOD_NOT_ALLOWED' } });
});
