import { afterAll, beforeAll, expect, it } from 'vitest';
import { createFixtureServer } from '../../support/fixture-server.ts';

let fixture: Awaited<ReturnType<typeof createFixtureServer>>;
beforeAll(async () => {
  fixture = await createFixtureServer();
});
afterAll(() => fixture.store.close());

const get = (path: string, Accept = 'text/html') =>
  fixture.app.request(`http://127.0.0.1${path}`, { headers: { Host: '127.0.0.1', Accept } });

const next = (html: string): string | undefined =>
  /<a href="([^"]+)" rel="next">/.exec(html)?.[1]?.replaceAll('&amp;', '&');

it('turns the pages of a table by links, no row twice and none left out', async () => {
  const { rows } = await fixture.store.engine.query(
    `select run_id from ranked_runs where experiment_id = '1' and key = 'val_accuracy'`,
  );
  const seen: string[] = [];
  let address: string | undefined = '/dashboards/leaderboard?experiment=1&metric=val_accuracy';
  let pages = 0;
  while (address !== undefined) {
    const html: string = await (await get(address)).text();
    const ids = [...html.matchAll(/name="run" value="([0-9a-f]{32})"/g)].map(([, id]) => id ?? '');
    const shown = `Rows ${pages * 25 + 1} to ${pages * 25 + ids.length}`;
    expect(html).toContain(shown);
    seen.push(...ids);
    pages += 1;
    address = next(html);
  }
  expect(pages).toBe(Math.ceil(rows.length / 25));
  expect(seen.toSorted()).toEqual(rows.map(([id]) => String(id)).toSorted());
});

it('goes back from a page that has nothing', async () => {
  const html = await (await get('/dashboards/leaderboard?page=top.900')).text();
  expect(html).toContain('There is nothing on this page.');
  expect(html).toContain('page=top.899#top" rel="prev"');
});

it.each(['top', 'top.0', 'top.1e3', 'spread.2', 'nope.2', '2'])('refuses page=%s', async (page) => {
  const response = await get(`/dashboards/leaderboard?page=${page}`, 'application/json');
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { code: 'BAD_REQUEST', field: 'page' } });
});

it('shows the params in which the runs of a table differ, and no others', async () => {
  const html = await (await get('/dashboards/leaderboard')).text();
  const heads = /id="top".*?<thead>(.*?)<\/thead>/s.exec(html)?.[1] ?? '';
  expect([...heads.matchAll(/<th[^>]*>([^<]*)</g)].map(([, text]) => text)).toEqual([
    'Run',
    'Place',
    'Value',
    'User',
    'Status',
    'Started',
    'Duration',
    'learning_rate',
    'model',
  ]);
});
