import type { BrowserContextOptions, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { charts } from '../support/browser.ts';
import { usePages, type OpenedPage } from '../support/pages.ts';
import { violations } from './axe.ts';

const pages = usePages();
let page: Page;
let watched: OpenedPage['watched'];

async function open(path: string, options?: BrowserContextOptions): Promise<void> {
  ({ page, watched } = await pages.open(path, options));
}

const asked = (name: string) => new URL(page.url()).searchParams.get(name);
const statuses = async () =>
  new Set(await page.locator('#latest tbody td:nth-child(4)').allTextContents());

it('chooses by a click on a bar, and all panels follow', async () => {
  await open('/dashboards/users?since=all');
  await charts(page);
  const heading = page.locator('#runs h2');
  const bars = page.locator('#everyone .mark-rect.role-mark path');
  const names = await page.locator('#everyone .mark-text.role-axis-label text').allTextContents();
  const other = names.findIndex((it) => it === 'chen');
  await bars.nth(other).click();
  await expect.poll(() => heading.textContent()).toBe('Runs of chen');
  expect(asked('user')).toBe('chen');
  expect(asked('since')).toBe('all');
  await charts(page);
  const opacity = await bars.evaluateAll((all) => all.map((it) => it.getAttribute('opacity')));
  expect(opacity.filter((it) => it !== '0.3')).toHaveLength(1);
  // A name on the axis does the same.
  await page.locator('#everyone .mark-text.role-axis-label text', { hasText: 'amara' }).click();
  await expect.poll(() => heading.textContent()).toBe('Runs of amara');
  await page.goBack();
  await expect.poll(() => heading.textContent()).toBe('Runs of chen');
  expect(watched.complaints).toEqual([]);
});

it('chooses by a legend, and takes it back by a chip or a second click', async () => {
  await open('/dashboards/reliability?since=all');
  await charts(page);
  expect(await statuses()).toEqual(new Set(['FAILED', 'KILLED']));
  const killed = page.locator('#rate .role-legend-label text', { hasText: 'KILLED' });
  await killed.click();
  await page.waitForURL(/status=KILLED/);
  await expect.poll(statuses).toEqual(new Set(['KILLED']));
  expect(await page.locator('select[name=status]').inputValue()).toBe('KILLED');
  const chip = page.getByRole('link', { name: 'Show all again: Status Killed' });
  expect(await chip.isVisible()).toBe(true);
  await charts(page);
  expect(await violations(page)).toEqual([]);
  await killed.click();
  await expect.poll(statuses).toEqual(new Set(['FAILED', 'KILLED']));
  expect(await chip.count()).toBe(0);
  await page.goBack();
  await chip.click();
  await page.waitForURL(/status=all/);
  await expect.poll(statuses).toEqual(new Set(['FAILED', 'KILLED']));
  expect(watched.complaints).toEqual([]);
});

it('chooses by keyboard from the table of a chart, and keeps the focus', async () => {
  await open('/dashboards/users?since=all');
  await charts(page);
  await page.locator('#everyone summary', { hasText: 'As a table' }).press('Enter');
  await page.locator('#everyone').getByRole('link', { name: 'bjorn', exact: true }).press('Enter');
  await expect.poll(() => page.locator('#runs h2').textContent()).toBe('Runs of bjorn');
  expect(await page.evaluate('document.activeElement.textContent')).toBe('bjorn');
  expect(await page.locator('#everyone tr.chosen').textContent()).toContain('bjorn');
});

it('chooses an experiment by its id with scripts off, and takes it back', async () => {
  await open('/dashboards/reliability?since=all', { javaScriptEnabled: false });
  await page.locator('#worst').getByRole('link', { name: 'price-regression' }).click();
  expect(asked('experiment')).toBe('3');
  const shown = await page.locator('#latest tbody td:nth-child(2)').allTextContents();
  expect(new Set(shown)).toEqual(new Set(['price-regression']));
  expect(await page.locator('#worst tbody tr').count()).toBeGreaterThan(1);
  await page.locator('#worst').getByRole('link', { name: 'price-regression' }).click();
  expect(asked('experiment')).toBe('all');
});

it.each([true, false])('chooses the columns of a table, scripts %s', async (javaScriptEnabled) => {
  await open('/dashboards/users?since=all&user=chen', { javaScriptEnabled });
  const heads = () => page.locator('#latest thead th').allTextContents();
  const menu = page.locator('#latest summary[aria-label^=Columns]');
  await menu.click();
  const boxes = page.locator('#latest form[data-columns]');
  await boxes.getByRole('checkbox', { name: 'Status' }).uncheck();
  const applied = javaScriptEnabled ? ['Run', 'Experiment', 'Started', 'Duration'] : await heads();
  await expect.poll(heads).toEqual(applied);
  await boxes.getByRole('checkbox', { name: 'run_id' }).check();
  if (!javaScriptEnabled) await boxes.getByRole('button', { name: 'Apply' }).click();
  await expect.poll(heads).toEqual(['Run', 'Experiment', 'Started', 'Duration', 'Run id']);
  expect([asked('user'), new URL(page.url()).searchParams.getAll('columns')]).toEqual([
    'chen',
    ['run_name', 'experiment_name', 'started_at', 'hours', 'run_id'].map((it) => `latest.${it}`),
  ]);
  if (!javaScriptEnabled) await menu.click();
  await page.getByRole('link', { name: 'Usual columns' }).click();
  await expect.poll(heads).toEqual(['Run', 'Experiment', 'Status', 'Started', 'Duration']);
});

it('gives a panel the whole window, and takes it back with Escape', async () => {
  await open('/dashboards/users?since=all&user=chen');
  await charts(page);
  await page.getByRole('link', { name: 'Runs per week of chen in the whole window' }).click();
  await page.locator('main.whole').waitFor();
  expect(asked('panel')).toBe('weeks');
  await charts(page);
  const size = await page.locator('#weeks .chart svg').boundingBox();
  expect(size?.width).toBeGreaterThan(1150);
  expect(size?.height).toBeGreaterThan(550);
  expect(await page.evaluate('document.documentElement.scrollHeight <= innerHeight')).toBe(true);
  expect(await page.locator('.bar').isVisible()).toBe(false);
  expect(await page.evaluate('document.activeElement.dataset.swap')).toBe('close');
  expect(await violations(page)).toEqual([]);
  await page.locator('#weeks summary[aria-label^=Downloads]').click();
  await page.keyboard.press('Escape');
  expect(asked('panel')).toBe('weeks');
  await page.keyboard.press('Escape');
  await expect.poll(() => page.locator('#everyone').count()).toBe(1);
  expect([asked('panel'), asked('user')]).toEqual([null, 'chen']);
  await expect
    .poll(() => page.evaluate('document.activeElement.getAttribute("aria-label")'))
    .toBe('Runs per week of chen in the whole window');
  expect(watched.complaints).toEqual([]);
});
