import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { charts } from '../support/browser.ts';
import { NASTY } from '../support/fixture-mirror.ts';
import { usePages, type OpenedPage } from '../support/pages.ts';
import { overChart } from './over-chart.ts';

const pages = usePages();
let page: Page;
let watched: OpenedPage['watched'];

async function open(path: string, options?: BrowserContextOptions): Promise<Page> {
  ({ page, watched } = await pages.open(path, options));
  return page;
}

const query = () => new URL(page.url()).searchParams;

it('works with scripts off: charts, choices by form, tables', async () => {
  await open('/dashboards/metric-trends', { javaScriptEnabled: false });
  expect(await page.locator('.drawing.wide svg').count()).toBe(2);
  expect(await page.locator('.drawing.wide svg').first().isVisible()).toBe(true);
  await page
    .getByLabel('Experiment', { exact: true })
    .and(page.locator('select'))
    .selectOption({ label: 'price-regression' });
  await page.getByRole('button', { name: 'Apply' }).first().click();
  await page.getByLabel('Metric', { exact: true }).and(page.locator('select')).selectOption('rmse');
  await page.getByRole('button', { name: 'Apply' }).first().click();
  expect(query().get('metric')).toBe('rmse');
  expect(await page.getByRole('heading', { name: 'rmse by run' }).isVisible()).toBe(true);
  await page.getByText('As a table').first().click();
  expect(await page.locator('#trend table').isVisible()).toBe(true);
});

it('takes a choice by keyboard, keeps the focus, and goes back', async () => {
  await open('/dashboards/metric-trends');
  await charts(page);
  await page.keyboard.press('Tab');
  await page.getByLabel('Experiment', { exact: true }).and(page.locator('select')).focus();
  await page.keyboard.type('price');
  await page.waitForURL(/experiment=3/);
  // The address changes when the choice is sent; the answer has it chosen.
  const chosen = 'select[name=experiment] option[value="3"][selected]';
  await page.locator(chosen).waitFor({ state: 'attached' });
  expect(await page.evaluate('document.activeElement.name')).toBe('experiment');
  await charts(page);
  await page.goBack();
  await expect
    .poll(() =>
      page.getByLabel('Experiment', { exact: true }).and(page.locator('select')).inputValue(),
    )
    .toBe('1');
  expect(watched.complaints).toEqual([]);
});

it('shows at a shared address what was chosen', async () => {
  const address = '/dashboards/metric-trends?experiment=3&metric=rmse&since=2026-10-01..2026-10-31';
  await open(address);
  expect(
    await page.getByLabel('Experiment', { exact: true }).and(page.locator('select')).inputValue(),
  ).toBe('3');
  expect(
    await page.getByLabel('Metric', { exact: true }).and(page.locator('select')).inputValue(),
  ).toBe('rmse');
  expect(await page.getByLabel('Period', { exact: true }).inputValue()).toBe(
    '2026-10-01..2026-10-31',
  );
  expect(await page.title()).toBe('Metric trends · Runlens');
});

it('chooses two days', async () => {
  await open('/dashboards/overview');
  await page.getByText('Days…').click();
  await page.getByLabel('From', { exact: true }).fill('2026-10-01');
  await page.getByLabel('To', { exact: true }).fill('2026-10-31');
  await page.locator('.days').getByRole('button', { name: 'Apply' }).click();
  await page.waitForURL(/since=2026-10-01\.\.2026-10-31/);
  await expect.poll(() => page.locator('select[name=since]').inputValue()).toContain('2026-10-01');
});

it('tells of a run under the pointer, and leads to it', async () => {
  await open('/dashboards/metric-trends');
  await charts(page);
  const point = page.locator('#trend .mark-symbol a path, #trend .mark-symbol path').nth(20);
  await point.hover({ force: true });
  const tooltip = page.getByRole('tooltip');
  await tooltip.waitFor();
  expect(await tooltip.textContent()).toMatch(/Run.*run-\d+.*Value.*0\.\d+.*Started/s);
  await point.click({ force: true });
  await page.waitForURL(/\/runs\/[0-9a-f]{32}/);
  expect(await page.getByRole('link', { name: 'Open in MLflow' }).getAttribute('href')).toContain(
    '#/experiments/',
  );
});

it('zooms into time with the wheel and Ctrl, and leaves the plain wheel to the page', async () => {
  await open('/dashboards/metric-trends');
  await charts(page);
  const labels = () => page.locator('#trend .mark-text.role-axis-label').first().textContent();
  const before = await labels();
  await overChart(page);
  await page.mouse.wheel(0, -10);
  expect(await labels()).toBe(before);
  await page.keyboard.down('Control');
  for (let turn = 0; turn < 6; turn++) await page.mouse.wheel(0, -300);
  await page.keyboard.up('Control');
  await expect.poll(labels).not.toBe(before);
});

it('keeps names from the server inert, with scripts on', async () => {
  const runs = await pages.service.store.engine.query(
    'select run_id from runs where run_name = $1',
    [NASTY],
  );
  for (const path of [
    `/dashboards/users?${new URLSearchParams({ user: NASTY }).toString()}`,
    '/dashboards/metric-trends?experiment=4',
    `/runs/${String(runs.rows[0]?.[0])}`,
  ]) {
    await open(path);
    await charts(page);
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.getByText('</script><img src=x').count()).toBeGreaterThan(0);
    expect(watched.complaints).toEqual([]);
    await page.context().close();
  }
});

it.each([true, false])('sorts a table, all pages of it, scripts %s', async (javaScriptEnabled) => {
  await open('/dashboards/leaderboard?metric=val_loss', { javaScriptEnabled });
  await page.locator('#top th').getByRole('link', { name: 'Place' }).click();
  await page.waitForURL(/sort=top\.place\.desc/);
  const heading = page.locator('#top th').nth(1);
  await expect.poll(() => heading.getAttribute('aria-sort')).toBe('descending');
  const places = (await page.locator('#top td:nth-child(2)').allTextContents()).map(Number);
  expect(places).toEqual([...places].sort((a, b) => b - a));
  const { rows } = await pages.service.store.engine.query(
    "select max(place) from ranked_runs where experiment_id = '1' and key = 'val_loss'",
  );
  expect(places[0]).toBe(Number(rows[0]?.[0]));
});

it('downloads a panel’s rows and picture', async () => {
  await open('/dashboards/overview?since=all');
  for (const [format, start] of [
    ['CSV', 'day,status,runs'],
    ['PNG', '\u0089PNG'],
    ['ARROW', 'ARROW1'],
    ['PARQUET', 'PAR1'],
  ] as const) {
    await page.getByLabel('Downloads of Runs per day, by status').click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.locator('#status').getByRole('link', { name: format }).click(),
    ]);
    const text = readFileSync(await download.path()).toString('latin1');
    expect(text.slice(0, start.length)).toBe(start);
    await page.keyboard.press('Escape');
  }
});

it('saves the page, as it is, as a file that needs no service', async () => {
  await open('/dashboards/users?user=chen&since=all');
  await page.getByLabel('Columns of Latest runs of chen').click();
  await page.getByRole('checkbox', { name: 'Duration' }).uncheck();
  await page.waitForURL(/columns=latest/);
  await expect.poll(() => page.locator('#latest thead').innerText()).not.toContain('Duration');
  const shown = await page.locator('#latest tbody').innerText();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Save as a file' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('users.html');
  const folder = await mkdtemp(join(tmpdir(), 'runlens-saved-'));
  const file = join(folder, 'users.html');
  await download.saveAs(file);
  await page.context().setOffline(true);
  await page.goto(pathToFileURL(file).href);
  await charts(page);
  expect(await page.locator('#latest tbody').innerText()).toBe(shown);
  await rm(folder, { recursive: true });
  expect(watched.complaints).toEqual([]);
});

it('draws a chart once when it comes to life, and again when its room changes', async () => {
  await open('/');
  await page.addInitScript(`
    globalThis.redrawn = 0;
    new MutationObserver((all) => {
      redrawn += all.filter(({ target }) => target.closest('.chart.live svg') !== null).length;
    }).observe(document, { subtree: true, attributes: true });
  `);
  await page.goto(`${pages.service.origin}/dashboards/metric-trends`);
  await charts(page);
  // A chart hears of its size before the next frame, and is drawn in that one.
  const frames = 'await new Promise(requestAnimationFrame);'.repeat(3);
  expect(await page.evaluate(`(async () => { ${frames} return redrawn; })()`)).toBe(0);
  await page.setViewportSize({ width: 900, height: 800 });
  await expect.poll(() => page.evaluate('redrawn')).toBeGreaterThan(0);
});

it('remembers light or dark', async () => {
  await open('/', { colorScheme: 'light' });
  await page.getByRole('button', { name: 'Light or dark' }).click();
  expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
  await page.reload();
  expect(await page.evaluate('getComputedStyle(document.body.parentElement).backgroundColor')).toBe(
    'rgb(15, 18, 23)',
  );
});

it('takes new data in by itself, and keeps the choices', async () => {
  await open('/dashboards/users?user=chen&since=all');
  await charts(page);
  const runs = page.locator('#runs .value strong');
  const before = Number(await runs.textContent());
  await pages.service.store.write(async (connection) => {
    await connection.run(`insert into mirror.runs
      select * replace (100000 + run_no as run_no, 'new' as run_id) from mirror.runs
      where user_name = 'chen' limit 1`);
    await connection.run('update mirror.state set data_version = data_version + 1');
  });
  await expect.poll(() => runs.textContent()).toBe(String(before + 1));
  expect(await page.locator('select[name=user]').inputValue()).toBe('chen');
  await charts(page);
  expect(watched.complaints).toEqual([]);
});

it('weighs less than 400 KB of script on its way to the browser', async () => {
  ({ page } = await pages.open('/'));
  const network = await page.context().newCDPSession(page);
  await network.send('Network.enable');
  await network.send('Network.setCacheDisabled', { cacheDisabled: true });
  const scripts = new Set<string>();
  let bytes = 0;
  network.on('Network.responseReceived', (it) => {
    if (it.type === 'Script') scripts.add(it.requestId);
  });
  network.on('Network.loadingFinished', (it) => {
    if (scripts.has(it.requestId)) bytes += it.encodedDataLength;
  });
  await page.goto(`${pages.service.origin}/dashboards/overview`);
  await charts(page);
  expect(bytes).toBeGreaterThan(0);
  expect(bytes).toBeLessThan(400_000);
});
