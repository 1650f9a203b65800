import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDashboards } from '../../../src/dashboards/load.ts';
import { packagePath } from '../../../src/paths.ts';
import { createFixtureServer } from '../../support/fixture-server.ts';
import { generateMirror } from '../../support/generated-mirror.ts';

const RUNS = 50_000;
/** What one drawing may hold, of all the marks of its layers, axes and legends. */
const MOST_MARKS = 5_000;

const dashboards = (await openDashboards([packagePath('dashboards')])).list();
let fixture: Awaited<ReturnType<typeof createFixtureServer>>;
beforeAll(async () => {
  fixture = await createFixtureServer({ runs: 0 });
  await generateMirror(fixture.store, RUNS);
});
afterAll(() => fixture.store.close());

async function get(path: string): Promise<string> {
  const headers = { Host: '127.0.0.1', Accept: 'text/html' };
  const response = await fixture.app.request(`http://127.0.0.1${path}`, { headers });
  expect(response.status).toBe(200);
  return response.text();
}

const count = (text: string, part: string): number => text.split(part).length - 1;

it('is as large as it says', async () => {
  const { rows } = await fixture.store.engine.query(
    'select (select count(*) from runs), (select count(*) from metrics)',
  );
  expect(rows).toEqual([[BigInt(RUNS), BigInt(10 * RUNS)]]);
});

it('gives each row of a view once, page by page', async () => {
  const rows = async (query: string): Promise<string[]> => {
    const text = await get(`/api/v1/views/metric_keys.ndjson?${query}`);
    return text.split('\n').filter((line) => line !== '');
  };
  const all = await rows('');
  expect(all.length).toBeGreaterThan(1_000);
  expect([
    ...(await rows('limit=500')),
    ...(await rows('limit=500&offset=500')),
    ...(await rows('offset=1000')),
  ]).toEqual(all);
});

describe.each(dashboards)('$id of many runs', ({ id, params, panels }) => {
  const queries = 'since' in params ? ['', '?since=all'] : [''];

  it.each(queries)('holds no more rows than each panel may, with "%s"', async (query) => {
    const over: string[] = [];
    for (const panel of panels) {
      if (panel.kind === 'markdown') continue;
      const json = await get(`/dashboards/${id}/panels/${panel.id}.json${query}`);
      const { rows, truncated } = JSON.parse(json) as { rows: unknown[]; truncated: boolean };
      const { limit } = panel.query;
      if (rows.length > limit || (truncated && rows.length < limit)) over.push(panel.id);
    }
    expect(over).toEqual([]);
  });

  it.each(queries)('draws at most some thousand marks, with "%s"', async (query) => {
    const html = await get(`/dashboards/${id}${query}`);
    expect(html).not.toContain('class="failed"');
    const drawings = html.split('<svg ').slice(1);
    const charts = panels.filter((it) => it.kind === 'chart');
    expect(count(html, 'class="drawing wide"')).toBe(charts.length);
    for (const drawing of drawings) expect(count(drawing, '<path ')).toBeLessThan(MOST_MARKS);
    const tables = html.split('<tbody>').slice(1);
    const most = Math.max(100, ...panels.map((it) => (it.kind === 'table' ? it.query.limit : 0)));
    for (const table of tables) {
      expect(count(table.split('</tbody>', 1)[0] ?? '', '<tr>')).toBeLessThanOrEqual(most);
    }
    expect(html.length).toBeLessThan(2 * 1024 * 1024);
  });
});

/** Width and height of the bars of a drawing. */
const bars = (svg: string): number[][] =>
  [...svg.matchAll(/d="M[^"h]*h([\d.]+)v(-?[\d.]+)h-[^"]*" fill=/g)].map(([, width, height]) => [
    Number(width),
    Number(height),
  ]);

it.each([
  ['/dashboards/leaderboard/panels/spread.svg', 40],
  ['/dashboards/overview/panels/status.svg?since=all', 1_000],
])('draws bars that can be seen: %s', async (path, least) => {
  const drawn = bars(await get(path)).filter(([width = 0]) => width > 0.5);
  expect(drawn.length).toBeGreaterThanOrEqual(least);
});

it('adds the histogram up over all values, not only over those that a limit lets through', async () => {
  const json = await get('/dashboards/leaderboard/panels/spread.json?experiment=7&metric=val_loss');
  const { rows } = JSON.parse(json) as { rows: { runs: number }[] };
  const { rows: direct } = await fixture.store.engine.query(
    `select count(*) from metrics m join runs r on r.run_id = m.run_id
     where r.experiment_id = '7' and m.key = 'val_loss' and isfinite(m.value)`,
  );
  expect(rows.reduce((sum, row) => sum + row.runs, 0)).toBe(Number(direct[0]?.[0]));
});
