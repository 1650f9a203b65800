import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { charts, useBrowser, watchPage } from '../../support/browser.ts';
import { runCli } from '../../support/cli.ts';

let folder: string;
const browser = useBrowser();
/** The first of them syncs the sample, which the others find in the database. */
let first: Awaited<ReturnType<typeof runCli>>;

const render = (...args: string[]) => runCli(['render', ...args], { cwd: folder });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runlens-render-'));
  first = await render('metric-trends', '--out', 'page.html', '--param', 'metric=f1_macro');
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

it('syncs first when it never was, and says what it wrote as of when', async () => {
  expect(first.stderr).toContain('syncing first');
  expect(first.stdout).toMatch(/^page\.html: metric-trends as of .* UTC · data version \d+\n$/);
  expect(first.code).toBe(0);
  expect((await readdir(folder)).filter((it) => it.includes('.part'))).toEqual([]);
});

it('opens from the disk: charts come to life, nothing is asked for, nothing complains', async () => {
  const page = await browser.newPage({ viewport: { width: 1100, height: 800 } });
  await page.context().setOffline(true);
  const address = pathToFileURL(join(folder, 'page.html')).href;
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  const { complaints } = watchPage(page, address);
  await page.goto(address);
  await charts(page);
  expect(await page.locator('.chart.live').count()).toBe(2);
  expect(await page.locator('h2', { hasText: 'f1_macro by run' }).count()).toBe(1);
  expect(await page.locator('footer').textContent()).toMatch(/as of .* UTC · data version/);
  expect(await page.locator('.sample').textContent()).toContain(
    'Start Runlens with MLFLOW_TRACKING_URI',
  );
  const point = page.locator('.chart.live .mark-symbol path');
  await point.first().hover({ force: true });
  await page.locator('.tooltip:visible dt', { hasText: 'Value' }).waitFor();
  expect(await page.evaluate('document.fonts.check("12px Inter")')).toBe(true);
  expect(complaints).toEqual([]);
  expect(requests.filter((it) => it !== address && !it.startsWith('data:'))).toEqual([]);
});

it('marks releases in the file, and tells of one under the pointer', async () => {
  const listed = await runCli(['export', 'view:experiments', '--out', '-', '--format', 'json'], {
    cwd: folder,
  });
  const experiments = JSON.parse(listed.stdout) as { name: string; experiment_id: string }[];
  const { experiment_id = '' } = experiments.find((it) => it.name.includes('nightly')) ?? {};
  const params = ['--param', `experiment=${experiment_id}`, '--param', 'since=all'];
  await render('metric-trends', '--out', 'marked.html', ...params);
  const page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
  await page.goto(pathToFileURL(join(folder, 'marked.html')).href);
  await charts(page);
  const trend = page.locator('#trend');
  expect(await trend.locator('svg').getAttribute('aria-label')).toMatch(/Marked: Release v1 /);
  await trend.locator('.chart.live text', { hasText: /^v2$/ }).hover();
  await page.locator('.tooltip:visible dt', { hasText: 'Release' }).waitFor();
  await trend.locator('summary').click();
  expect(await trend.getByRole('region', { name: /^Marked in / }).innerText()).toContain('v3');
});

it('has its policy allow its own script and nothing else', async () => {
  const html = await readFile(join(folder, 'page.html'), 'utf8');
  const page = await browser.newPage();
  await page.route('**/*', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: html.replace('</body>', '<script>document.title = "taken"</script></body>'),
    }),
  );
  await page.goto('http://runlens.invalid/');
  expect(await page.title()).toBe('Metric trends · Runlens');
});

it('draws a panel as SVG and as PNG', async () => {
  const svg = await render('overview/status', '--out', 'status.svg', '--theme', 'dark');
  const told = 'runlens: no tracking server is configured: these are runs of the embedded sample\n';
  expect(svg).toMatchObject({ code: 0, stderr: told });
  const text = await readFile(join(folder, 'status.svg'), 'utf8');
  expect(text).toMatch(/^<svg .*Runs per day, by status.*data version \d+<\/text><\/svg>$/s);
  expect(text).toContain('#171b22');
  const png = await render('overview/runs', '--out', 'runs.png');
  expect(png.code).toBe(0);
  expect((await readFile(join(folder, 'runs.png'))).subarray(0, 4)).toEqual(
    Buffer.from([0x89, 0x50, 0x4e, 0x47]),
  );
});

it.each([
  [['nothing', '--out', 'x.html'], 1, /no dashboard 'nothing'.*overview/],
  [['overview/nothing', '--out', 'x.svg'], 1, /no panel 'nothing'.*people/],
  [['overview/busiest', '--out', 'x.svg'], 1, /busiest is no chart/],
  [['overview', '--out', 'x.svg'], 2, /\.html/],
  [['overview/runs', '--out', 'x.html'], 2, /\.svg or \.png/],
  [['overview', '--out', 'x.html', '--theme', 'pink'], 2, /no theme 'pink'/],
  [['overview', '--out', 'x.html', '--param', 'since'], 2, /name=value/],
  [['overview', '--out', 'x.html', '--param', 'sinze=all'], 2, /no parameter sinze/],
  [
    ['metric-trends', '--out', 'x.html', '--param', 'metric=nobody'],
    2,
    /metric: nobody is not there/,
  ],
  [['overview', '--out', 'x.html', '--param', 'since=soon'], 2, /since: not a period/],
  [['overview', '--out', 'nowhere/x.html'], 1, /cannot write nowhere\/x\.html/],
])('refuses %j', async (args, code, message) => {
  const result = await render(...args);
  expect(result.stderr).toMatch(message);
  expect(result.code).toBe(code);
  expect(await readdir(folder)).not.toContain(args[2]);
});
