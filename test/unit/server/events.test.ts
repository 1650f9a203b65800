import { afterAll, beforeAll, expect, it } from 'vitest';
import { createFixtureServer } from '../../support/fixture-server.ts';

let fixture: Awaited<ReturnType<typeof createFixtureServer>>;
const stopping = new AbortController();

beforeAll(async () => {
  fixture = await createFixtureServer({ deps: { stopping: stopping.signal } });
});
afterAll(() => fixture.store.close());

const listen = (method = 'GET') =>
  fixture.app.request('http://127.0.0.1/api/v1/events', { method, headers: { Host: '127.0.0.1' } });

const commit = () =>
  fixture.store.write(async (connection) => {
    await connection.run('update mirror.state set data_version = data_version + 1');
  });

it('keeps no place for who asks for the headers alone', async () => {
  for (let asked = 0; asked < 2_100; asked++) await listen('HEAD');
  const response = await listen();
  expect(response.status).toBe(200);
  await response.body?.cancel();
});

it('refuses more than it can tell, for now, and takes others in once some have left', async () => {
  const listening: Response[] = [];
  for (let asked = 0; asked < 2_000; asked++) listening.push(await listen());
  const refused = await listen();
  expect(refused.status).toBe(503);
  expect(refused.headers.get('Retry-After')).toMatch(/^\d+$/);
  expect(await refused.json()).toMatchObject({ error: { code: 'BUSY' } });
  for (const one of listening) await one.body?.cancel();
  const response = await listen();
  expect(response.status).toBe(200);
  await response.body?.cancel();
});

it('tells who did not read for long the latest, not all that it missed', async () => {
  const reader = (await listen()).body?.getReader();
  for (let commits = 0; commits < 20; commits++) await commit();
  const last = fixture.store.state().dataVersion;
  let events = 0;
  for (let text = ''; !text.includes(`"dataVersion":${last}`); events++) {
    text = Buffer.from((await reader?.read())?.value ?? []).toString();
  }
  expect(events).toBeLessThan(6);
  await reader?.cancel();
});

it('ends the streams when the service stops, so that they do not hold it up', async () => {
  const response = await listen();
  stopping.abort();
  expect(await response.text()).toContain('"dataVersion"');
});
