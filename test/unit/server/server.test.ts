import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFixtureServer } from '../../support/fixture-server.ts';
import { FIXTURE_NOW, NASTY } from '../../support/fixture-mirror.ts';

let fixture: Awaited<ReturnType<typeof createFixtureServer>>;
let syncs = 0;

beforeAll(async () => {
  const sync = { current: () => [], start: () => void syncs++ };
  fixture = await createFixtureServer({ deps: { sync } });
});
afterAll(() => fixture.store.close());

const HOST = 'http://127.0.0.1:8080';
const get = (path: string, headers: Record<string, string> = {}) =>
  fixture.app.request(`${HOST}${path}`, { headers: { Host: '127.0.0.1:8080', ...headers } });
const html = { Accept: 'text/html' };

const panel = '/dashboards/overview/panels';

describe('pages', () => {
  it.each(['/', ...['overview', 'metric-trends', 'users'].map((it) => `/dashboards/${it}`)])(
    '%s is whole before any script',
    async (path) => {
      const response = await get(path, html);
      const text = await response.text();
      expect(response.status).toBe(200);
      expect(text).toContain('as of 2026-11-20 15:30 UTC · data version 7');
      expect(text.match(/class="panel/g)?.length).toBe(text.match(/aria-labelledby/g)?.length);
      expect(text).not.toMatch(/ style="|<style|<script>| on\w+="/);
      expect(text.includes('<svg role="img"')).toBe(path !== '/');
    },
  );

  it('keeps names from the server inert', async () => {
    const { rows } = await fixture.store.engine.query(
      'select run_id from runs where run_name = $1',
      [NASTY],
    );
    for (const path of [
      '/dashboards/users',
      '/dashboards/leaderboard',
      `/runs/${String(rows[0]?.[0])}`,
    ]) {
      const text = await (await get(path, html)).text();
      expect(text).toContain('&lt;img src=x');
      expect(text).not.toContain('<img');
    }
  });

  it('shows a run with all that it logged', async () => {
    const text = await (await get(`/runs/${'190'.padStart(32, '0')}`, html)).text();
    for (const word of ['run-400', 'RUNNING', 'val_loss', 'learning_rate', 'digits', 'not ended']) {
      expect(text).toContain(word);
    }
    expect(text).toContain('http://127.0.0.1:5000/#/experiments/');
  });

  it('turns the two days of the form into one period of the address', async () => {
    const asked = 'since=last_90d&since.from=2026-01-01&since.to=2026-01-31&experiment=1';
    const response = await get(`/dashboards/overview?${asked}`, html);
    expect(response.status).toBe(303);
    expect(response.headers.get('Location')).toBe(
      '/dashboards/overview?since=2026-01-01..2026-01-31&experiment=1',
    );
  });

  it.each([
    ['/dashboards/overview', 'No runs match these choices.'],
    ['/dashboards/overview/panels/status.svg', 'No runs match these choices.'],
    ['/dashboards/freshness', 'No sync began in this period.'],
    ['/dashboards/freshness/panels/pace.svg', 'No sync began in this period.'],
  ])('says when there is nothing to show: %s', async (path, words) => {
    const response = await get(`${path}?since=2020-01-01..2020-01-02`, html);
    expect(await response.text()).toContain(words);
  });
});

describe('panels', () => {
  it('gives pictures of the size and theme asked for', async () => {
    const svg = await get(`${panel}/status.svg?width=400&height=200&theme=dark`);
    expect(svg.headers.get('Content-Type')).toBe('image/svg+xml');
    const text = await svg.text();
    expect(text).toContain('width="440"');
    expect(text).toContain('#171b22');
    const png = await get(`${panel}/runs.png`);
    expect(
      Buffer.from(await png.arrayBuffer())
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
  });

  it('gives rows with what they are and as of when', async () => {
    const response = await get(`${panel}/status.json?since=all`);
    const body = (await response.json()) as Record<string, unknown>;
    expect(body).toMatchObject({ panel: 'status', dataVersion: 7, truncated: false });
    expect(body['asOf']).toBe(new Date(FIXTURE_NOW).toISOString());
    expect(response.headers.get('Runlens-Data-Version')).toBe('7');
  });

  it('says NaN instead of losing it (invariant 5)', async () => {
    const text = await (await get('/dashboards/metric-trends/panels/trend.json?since=all')).text();
    expect(text).toContain('"value":"NaN"');
    JSON.parse(text);
  });

  it('hands out all rows, beyond the panel’s own limit', async () => {
    const shown = (await (await get('/dashboards/users/panels/latest.json?since=all')).json()) as {
      rows: unknown[];
    };
    const response = await get('/dashboards/users/panels/latest.csv?since=all');
    const lines = (await response.text()).trim().split('\n');
    expect(shown.rows).toHaveLength(25);
    expect(lines.length).toBeGreaterThan(100);
    expect(response.headers.get('Content-Disposition')).toContain('.csv');
  });

  it('is no file of another choice than the one asked for, which a page shows and says', async () => {
    const asked = '?experiment=1&metric=rmse';
    for (const suffix of ['csv', 'arrow', 'parquet', 'json', 'svg', 'png', 'vega.json']) {
      const { status } = await get(`/dashboards/metric-trends/panels/trend.${suffix}${asked}`);
      expect([suffix, status]).toEqual([suffix, suffix === 'vega.json' ? 200 : 400]);
    }
    const page = await get(`/dashboards/metric-trends${asked}`, html);
    expect(await page.text()).toContain('rmse is not there; val_accuracy instead.');
  });

  it('gives the page’s script a chart without its rows in the spec', async () => {
    const body = (await (await get(`${panel}/total.vega.json?width=300`)).json()) as {
      spec: { width: number };
      data: unknown[];
    };
    expect(body.spec.width).toBe(300);
    expect(body.data.length).toBeGreaterThan(50);
  });
});

describe('caching', () => {
  it('answers 304 to who has this data version', async () => {
    const first = await get('/dashboards/overview', html);
    const etag = first.headers.get('ETag') ?? '';
    expect(etag).toMatch(/^W\/"7-/);
    const again = await get('/dashboards/overview', { ...html, 'If-None-Match': etag });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe('');
    const strong = { ...html, 'If-None-Match': etag.replace('W/', '') };
    expect((await get('/dashboards/overview', strong)).status).toBe(304);
    const other = await get('/dashboards/overview?since=all', { ...html, 'If-None-Match': etag });
    expect(other.status).toBe(200);
    const dark = await get('/dashboards/overview', {
      ...html,
      Cookie: 'theme=dark',
      'If-None-Match': etag,
    });
    expect(await dark.text()).toContain('data-theme="dark"');
  });

  it('lets files be kept for ever', async () => {
    const page = await (await get('/', html)).text();
    const path = /href="(\/assets\/styles[^"]+)"/.exec(page)?.[1] ?? '';
    const css = await get(path);
    expect(css.headers.get('Cache-Control')).toContain('immutable');
    expect(await css.text()).toContain('--status-failed:');
    expect((await get('/assets/styles.000000000000.css')).status).toBe(404);
  });
});

describe('errors', () => {
  it.each([
    ['/nope', 404, 'NOT_FOUND', undefined],
    ['/dashboards/nope', 404, 'NOT_FOUND', undefined],
    ['/dashboards/overview/panels/nope.svg', 404, 'NOT_FOUND', undefined],
    ['/dashboards/overview/panels/busiest.svg', 404, 'NOT_FOUND', undefined],
    ['/runs/nope', 404, 'NOT_FOUND', undefined],
    ['/dashboards/overview?since=whenever', 400, 'BAD_REQUEST', 'since'],
    [`/dashboards/overview?x=1`, 400, 'BAD_REQUEST', 'x'],
    [`${panel}/status.svg?width=99999`, 400, 'BAD_REQUEST', 'width'],
    [`${panel}/status.svg?theme=pink`, 400, 'BAD_REQUEST', 'theme'],
  ])('%s is %i', async (path, status, code, field) => {
    const response = await get(path);
    expect(response.status).toBe(status);
    const { error } = (await response.json()) as { error: Record<string, unknown> };
    expect(error).toMatchObject({ code, hint: expect.any(String) });
    expect(error['field']).toBe(field);
  });

  it('shows a page to a browser', async () => {
    const response = await get(`/dashboards/${encodeURIComponent('<img src=x>')}`, html);
    expect(response.status).toBe(404);
    const text = await response.text();
    expect(text).toContain('There is no dashboard &lt;img');
    for (const path of ['/dashboards/users', '/dashboards/users.html']) {
      const gone = await (await get(`${path}?user=gone`, html)).text();
      expect(gone).toContain('<a href="/dashboards/users">Users without these choices</a>');
    }
  });
});

describe('guards', () => {
  it('forbids pages to run or load anything foreign', async () => {
    const policy = (await get('/', html)).headers.get('Content-Security-Policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:/);
    expect((await get('/nope')).headers.get('X-Content-Type-Options')).toBe('nosniff');
  });

  it.each([
    ['127.0.0.1:8080', 200],
    ['localhost:1', 200],
    ['[::1]:8080', 200],
    ['evil.example', 403],
    ['127.0.0.1.evil.example:8080', 403],
  ])('answers to the name %s with %i', async (Host, status) => {
    expect((await get('/healthz', { Host })).status).toBe(status);
  });

  it('starts a sync for our own pages and for programs only', async () => {
    const post = (headers: Record<string, string>) =>
      fixture.app.request(`${HOST}/api/v1/sync`, {
        method: 'POST',
        headers: { Host: '127.0.0.1:8080', ...headers },
      });
    expect((await post({ Origin: 'https://evil.example' })).status).toBe(403);
    expect((await post({ Origin: 'null' })).status).toBe(403);
    expect(syncs).toBe(0);
    expect((await post({ Origin: HOST })).status).toBe(202);
    expect((await post({})).status).toBe(202);
    expect(syncs).toBe(2);
  });
});

describe('operations', () => {
  it('is alive, ready, and gives figures', async () => {
    expect((await get('/healthz')).status).toBe(200);
    expect((await get('/readyz')).status).toBe(200);
    const text = await (await get('/metrics')).text();
    expect(text).toContain('runlens_data_version 7');
    expect(text).toContain('runlens_freshness_seconds{source="default"} 60');
    expect(text).toMatch(/runlens_runs\{source="default",status="FINISHED"\} \d{3}/);
    expect(text).toContain('runlens_syncs{source="default",status="completed"} 2');
    expect(text).toMatch(
      /duration_seconds_count\{method="GET",route="\/dashboards\/:id",status="200"\}/,
    );
  });

  it('is not ready before a first sync, and says so on its pages', async () => {
    const empty = await createFixtureServer({ runs: 0 });
    const ask = (path: string) =>
      empty.app.request(`${HOST}${path}`, { headers: { Host: 'localhost', ...html } });
    expect((await ask('/readyz')).status).toBe(503);
    for (const path of [
      '/',
      '/dashboards/overview',
      '/dashboards/metric-trends',
      '/dashboards/users',
    ]) {
      const response = await ask(path);
      expect([path, response.status]).toEqual([path, 200]);
      expect(await response.text()).toContain('The first sync has not ended yet');
    }
    await empty.store.close();
  });

  it('publishes the format of dashboards', async () => {
    const schema = (await (await get('/schemas/dashboard.v1.json')).json()) as Record<
      string,
      unknown
    >;
    expect(schema).toMatchObject({ title: 'Runlens dashboard', additionalProperties: false });
    expect(schema['required']).toEqual(['version', 'id', 'title', 'panels', 'layout']);
  });

  it('tells pages of a new data version', async () => {
    const response = await get('/api/v1/events');
    expect(response.headers.get('X-Accel-Buffering')).toBe('no');
    const reader = response.body?.getReader();
    const next = async (): Promise<string> =>
      Buffer.from((await reader?.read())?.value ?? []).toString();
    expect(await next()).toContain('"dataVersion":7');
    await fixture.store.write(async (connection) => {
      await connection.run('update mirror.state set data_version = data_version + 1');
    });
    expect(await next()).toContain('"dataVersion":8');
    await reader?.cancel();
    expect((await get('/dashboards/overview', html)).headers.get('ETag')).toMatch(/^W\/"8-/);
  });
});
