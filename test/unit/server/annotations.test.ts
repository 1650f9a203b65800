import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDashboards } from '../../../src/dashboards/load.ts';
import { createFixtureServer } from '../../support/fixture-server.ts';
import { NASTY } from '../../support/fixture-mirror.ts';

const chart = {
  title: 'Marked chart',
  view: 'total_runs',
  where: { experiment_id: '$experiment' },
  alt: 'Runs by day.',
  chart: {
    mark: 'bar',
    encoding: {
      x: { field: 'day', type: 'temporal' },
      y: { field: 'runs', type: 'quantitative' },
    },
  },
};
const table = { columns: ['day', { column: 'runs', title: 'Runs of {experiment}' }] };
const DASHBOARD = {
  version: 1,
  id: 'marked',
  title: 'Marked',
  params: {
    experiment: {
      type: 'select',
      options: { view: 'experiments', value: 'experiment_id', label: 'name' },
    },
  },
  annotations: {
    first: {
      title: 'First of {experiment}',
      view: 'tag_values',
      where: { experiment_id: '$experiment', key: 'mlflow.runName' },
      time: 'first_started_at',
      label: 'value',
      limit: 3,
    },
    nothing: { title: 'Nothing', view: 'gone', time: 'at', label: 'name' },
  },
  panels: {
    marked: { ...chart, annotations: ['first'] },
    plain: { ...chart, annotations: false },
    before: {
      ...chart,
      where: { ...chart.where, 'day <': '2026-11-01' },
      annotations: ['first'],
    },
    broken: { ...chart, annotations: ['nothing'] },
    rows: { ...chart, as: 'table' },
    cut: { ...chart, limit: 4, annotations: false },
    some: { ...chart, as: 'table', limit: 5, order: { day: 'asc' }, table },
  },
  layout: [
    ['marked', 'plain', 'before'],
    ['broken', 'rows', 'some', 'cut'],
  ],
};

let folder: string;
let fixture: Awaited<ReturnType<typeof createFixtureServer>>;
const ask = (path: string) =>
  fixture.app.request(`http://127.0.0.1${path}`, { headers: { Host: '127.0.0.1' } });
const get = async (path: string): Promise<string> => (await ask(path)).text();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runlens-marked-'));
  await writeFile(join(folder, 'marked.yaml'), JSON.stringify(DASHBOARD));
  const dashboards = await openDashboards([folder]);
  expect(dashboards.problems()).toEqual([]);
  fixture = await createFixtureServer({ runs: 200, deps: { dashboards } });
});
afterAll(async () => {
  await fixture.store.close();
  await rm(folder, { recursive: true });
});

const panel = (page: string, id: string): string =>
  page.split(`id="${id}"`)[1]?.split('</section>')[0] ?? '';

it('marks the newest rows of a view, says that there are more, and lists them as text', async () => {
  const section = panel(await get('/dashboards/marked?experiment=1'), 'marked');
  expect(section).toContain('Dashed: First of churn-baselines, the newest 3; there are more.');
  const [, table = ''] = section.split('aria-label="Marked in Marked chart"');
  expect(table.match(/<tr>/g)).toHaveLength(4);
  expect(table).toMatch(/<td>First of churn-baselines<\/td>.*run-\d+.*<time datetime="2026-11-/s);
  expect(section).toMatch(/aria-label="Runs by day\. Marked: First of churn-baselines /);
});

it('says nothing of marks that lie outside of what a chart shows', async () => {
  const section = panel(await get('/dashboards/marked?experiment=1'), 'before');
  expect(section).toContain('<svg');
  expect(section).not.toMatch(/Dashed|Marked in|Marked:/);
});

it('leaves out what a panel does not want, and says what could not be read', async () => {
  const page = await get('/dashboards/marked?experiment=1');
  expect(panel(page, 'plain')).not.toMatch(/Marked in|Marked:|stroke-dasharray/);
  expect(panel(page, 'plain')).toContain('<svg');
  expect(panel(page, 'broken')).toContain('Nothing is not marked: annotation nothing: there is no');
  expect(panel(page, 'broken')).toContain('<svg');
});

it('is in the picture and in what the page’s script draws', async () => {
  const address = '/dashboards/marked/panels/marked';
  expect(await get(`${address}.svg?experiment=1`)).toMatch(/>run-\d+<\/text>/);
  const { spec } = JSON.parse(await get(`${address}.vega.json?experiment=1`)) as {
    spec: { data: { name: string; values?: object[] }[] };
  };
  expect(spec.data.find((it) => it.name === 'marked')?.values).toHaveLength(3);
  expect(await get(`${address}.json?experiment=1`)).not.toContain('run-');
});

it('says in a picture that a limit cut it, as the page does', async () => {
  const note = 'Shows 4 rows; there are more.';
  expect(panel(await get('/dashboards/marked?experiment=1'), 'cut')).toContain(note);
  expect(await get('/dashboards/marked/panels/cut.svg?experiment=1')).toContain(note);
  expect(await get('/dashboards/marked/panels/plain.svg?experiment=1')).not.toContain('Shows');
});

it('shows a chart as a table, with all of its columns or those chosen', async () => {
  const page = await get('/dashboards/marked?experiment=1');
  const heads = (id: string) =>
    [...panel(page, id).matchAll(/<th\b.*?<\/th>/g)].map(([head]) => head.replace(/<[^>]*>/g, ''));
  expect(heads('rows')).toContain('Cumulative runs');
  expect(heads('some')).toEqual(['Day', 'Runs of churn-baselines']);
  expect(panel(page, 'some').match(/<tr>/g)).toHaveLength(6);
  expect(panel(page, 'some')).toContain('Rows 1 to 5');
  expect((await ask('/dashboards/marked/panels/rows.svg')).status).toBe(404);
});

it('keeps names from the server inert', async () => {
  const page = await get('/dashboards/marked?experiment=4');
  expect(page).toContain('&lt;img src=x');
  expect(page).not.toContain('<img');
  expect(NASTY).toContain('<img');
});
