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
  /<a href="([^"]+)" rel="next" data-swap="">/.exec(html)?.[1]?.replaceAll('&amp;', '&');

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

it('turns the pages of the text table under a chart, which goes on to draw all of its rows', async () => {
  const path = '/dashboards/metric-trends?experiment=1&metric=val_loss&since=all';
  const { rows } = await fixture.store.engine.query(
    `select run_id from metric_progress where experiment_id = '1' and key = 'val_loss'`,
  );
  expect(rows.length).toBeGreaterThan(100);
  const drawn = new Set<number>();
  const seen: string[] = [];
  let address: string | undefined = path;
  while (address !== undefined) {
    const html: string = await (await get(address)).text();
    const [, chart = '', table = ''] =
      /id="trend".*?(<svg.*?)<details class="as-table"(.*?)<\/details>/s.exec(html) ?? [];
    drawn.add(chart.split('<a ').length);
    expect(table.startsWith(' open')).toBe(address !== path);
    seen.push(...[...table.matchAll(/runs\/([0-9a-f]{32})/g)].map(([, id]) => id ?? ''));
    address = next(table);
  }
  expect(drawn.size).toBe(1);
  expect(seen.toSorted()).toEqual(rows.map(([id]) => String(id)).toSorted());
  const beyond = await (await get(`${path}&page=trend.900`)).text();
  expect(beyond).toContain(`to ${rows.length}</span>`);
});

it.each([
  'leaderboard?page=top',
  'leaderboard?page=top.0',
  'leaderboard?page=top.1e3',
  'leaderboard?page=nope.2',
  'leaderboard?page=2',
  'overview?page=runs.2',
])('refuses %s', async (page) => {
  const response = await get(`/dashboards/${page}`, 'application/json');
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { code: 'BAD_REQUEST', field: 'page' } });
});

it('shows the params in which the runs of a table differ, and no others', async () => {
  const html = await (await get('/dashboards/leaderboard')).text();
  const heads = /id="top".*?<thead>(.*?)<\/thead>/s.exec(html)?.[1] ?? '';
  const texts = [...heads.matchAll(/<th[^>]*>(.*?)<\/th>/gs)].map(([, inner = '']) =>
    inner.replaceAll(/<[^>]*>/g, ''),
  );
  expect(texts).toEqual([
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

it.each([
  ['sort', 'top.nope.asc'],
  ['sort', 'top.place'],
  ['sort', 'spread.place.asc'],
  ['columns', 'top.nope'],
  ['columns', 'nope.place'],
  ['panel', 'nope'],
])('refuses %s=%s', async (field, text) => {
  const response = await get(`/dashboards/leaderboard?${field}=${text}`, 'application/json');
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { code: 'BAD_REQUEST', field } });
});

it('gives a table’s rows as a file with its columns, in its order, and what tells them apart', async () => {
  const file = '/dashboards/leaderboard/panels/top.csv?experiment=1&metric=val_loss';
  const head = async (path: string) => (await (await get(path)).text()).split('\n', 2);
  expect((await head(file))[0]?.trim()).toBe(
    'run_name,place,value,user_name,status,started_at,hours,run_id',
  );
  const chosen = `${file}&columns=top.place&columns=top.run_id&sort=top.place.desc`;
  const { rows } = await fixture.store.engine.query(
    `select max(place) from ranked_runs where experiment_id = '1' and key = 'val_loss'`,
  );
  const [names, first] = await head(chosen);
  expect(names?.trim()).toBe('place,run_id');
  expect(first?.split(',')[0]).toBe(String(rows[0]?.[0]));
  // Two servers may have an experiment of the same name and id.
  expect((await head('/dashboards/reliability/panels/worst.csv'))[0]?.trim()).toBe(
    'experiment_name,runs,failed,killed,lost,source,experiment_id',
  );
});

it.each(['csv', 'json', 'arrow', 'parquet'])(
  'says of a panel’s %s which data it shows, and when there is nothing newer',
  async (suffix) => {
    const path = `/dashboards/overview/panels/status.${suffix}?since=last_30d`;
    const response = await get(path);
    const etag = response.headers.get('ETag') ?? '';
    await response.arrayBuffer();
    expect(etag).toMatch(/^W\/"7-/);
    expect(response.headers.get('Runlens-Data-Version')).toBe('7');
    expect(response.headers.get('Runlens-As-Of')).toMatch(/^2026-11-20T/);
    const again = await fixture.app.request(`http://127.0.0.1${path}`, {
      headers: { Host: '127.0.0.1', 'If-None-Match': etag },
    });
    expect(again.status).toBe(304);
    expect(again.headers.get('ETag')).toBe(etag);
    const other = await get(path.replace('30d', '31d'));
    await other.arrayBuffer();
    expect(other.headers.get('ETag')).not.toBe(etag);
  },
);

it('labels the axis of a few syncs with minutes, and names the picture by its alt text', async () => {
  const svg = await (await get('/dashboards/freshness/panels/pace.svg?since=all')).text();
  expect(svg).toMatch(
    /^<svg [^>]*aria-label="How many seconds each sync took, by when it began\."/,
  );
  expect(svg).toMatch(/>15:\d\d<\/text>/);
  expect(svg).not.toMatch(/>[:.]\d+<\/text>/);
});
