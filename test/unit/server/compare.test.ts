import { afterAll, beforeAll, expect, it } from 'vitest';
import { NASTY } from '../../support/fixture-mirror.ts';
import { createFixtureServer } from '../../support/fixture-server.ts';

let fixture: Awaited<ReturnType<typeof createFixtureServer>>;
beforeAll(async () => {
  fixture = await createFixtureServer();
});
afterAll(() => fixture.store.close());

const idOf = (no: number): string => no.toString(16).padStart(32, '0');
const asked = (...runs: number[]): string => runs.map((no) => `run=${idOf(no)}`).join('&');
const get = (path: string, Accept = 'text/html') =>
  fixture.app.request(`http://127.0.0.1${path}`, { headers: { Host: '127.0.0.1', Accept } });

it('shows runs side by side before any script, and keeps their names inert', async () => {
  const text = await (await get(`/compare?${asked(395, 394, 97)}`)).text();
  for (const word of ['Compare 3 runs', 'run-394', 'val_loss', 'learning_rate', 'Leave out']) {
    expect(text).toContain(word);
  }
  expect(text).toContain('data version 7');
  expect(text.match(/<svg role="img"/g)?.length).toBe(4);
  expect(text).toContain('&lt;img src=x');
  expect(text).not.toContain('<img');
  expect(text).not.toMatch(/ style="|<style|<script>| on\w+="/);
  expect(text.split('Params that are the same')[1]).toContain(
    NASTY.slice(0, 2).replace('<', '&lt;'),
  );
});

it.each([
  ['', 400, 'run'],
  [asked(1), 400, 'run'],
  [asked(1, 1), 400, 'run'],
  [asked(...Array.from({ length: 11 }, (_, at) => at + 1)), 400, 'run'],
  [`${asked(1)}&run=nope`, 404, undefined],
  [`${asked(1, 2)}&source=nope`, 404, undefined],
  [`${asked(1, 2)}&best=val_loss`, 400, 'run'],
  [`${asked(1)}&best=nope`, 404, undefined],
])('/compare?%s is %i', async (query, status, field) => {
  const response = await get(`/compare?${query}`, 'application/json');
  expect(response.status).toBe(status);
  const { error } = (await response.json()) as { error: Record<string, unknown> };
  expect(error['field']).toBe(field);
});

it('takes ten runs', async () => {
  const ten = Array.from({ length: 10 }, (_, at) => at + 1);
  expect((await get(`/compare?${asked(...ten)}`)).status).toBe(200);
});

it('leads to the best other run of the experiment', async () => {
  const { rows } = await fixture.store.engine.query(
    `select run_id from ranked_runs where experiment_id = '1' and key = 'val_loss' order by value`,
  );
  const [first, second, third] = rows.map(([id]) => String(id));
  for (const [run, other] of [
    [third, first],
    [first, second],
  ]) {
    const response = await get(`/compare?run=${run}&best=val_loss`);
    expect(response.status).toBe(303);
    expect(response.headers.get('Location')).toBe(`/compare?run=${run}&run=${other}`);
  }
});
