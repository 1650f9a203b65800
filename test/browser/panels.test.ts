import type { BrowserContextOptions, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { usePages, type OpenedPage } from '../support/pages.ts';
import { touched } from './axe.ts';

const pages = usePages();
let page: Page;
let watched: OpenedPage['watched'];

async function open(path: string, options?: BrowserContextOptions): Promise<void> {
  ({ page, watched } = await pages.open(path, options));
}

it('turns the pages of a table without scripts, and keeps the choices', async () => {
  await open('/dashboards/leaderboard?experiment=1&metric=val_loss', { javaScriptEnabled: false });
  const first = await page.locator('#top tbody td:first-child a').allTextContents();
  await page.getByRole('navigation', { name: 'Pages of' }).getByText('Next').click();
  expect(await page.getByText('Rows 26 to 50').isVisible()).toBe(true);
  const second = await page.locator('#top tbody td:first-child a').allTextContents();
  expect(second.filter((name) => first.includes(name))).toEqual([]);
  const asked = new URL(page.url()).searchParams;
  expect([asked.get('metric'), asked.get('page')]).toEqual(['val_loss', 'top.2']);
  await page.getByRole('navigation', { name: 'Pages of' }).getByText('Previous').click();
  expect(await page.locator('#top tbody td:first-child a').allTextContents()).toEqual(first);
});

it('keeps a chart’s table open on all its pages, without scripts', async () => {
  await open('/dashboards/metric-trends?since=all', { javaScriptEnabled: false });
  const table = page.locator('#trend .as-table');
  const turn = (to: string) => table.getByRole('link', { name: to }).click();
  await table.locator('summary').click();
  await turn('Next');
  expect(await table.getByText('Rows 101 to').isVisible()).toBe(true);
  await turn('Previous');
  expect(await table.getByText('Rows 1 to 100').isVisible()).toBe(true);
});

it('copies the address of a panel', async () => {
  await open('/dashboards/metric-trends?metric=val_loss', {
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  await page.locator('#trend .menu summary').click();
  const link = page.locator('#trend').getByRole('link', { name: 'Copy link' });
  await link.click();
  await expect.poll(() => link.textContent()).toBe('Copy link Copied');
  const copied = new URL(await page.evaluate<string>('navigator.clipboard.readText()'));
  expect(copied.pathname + copied.hash).toBe('/dashboards/metric-trends#trend');
  expect(copied.searchParams.get('metric')).toBe('val_loss');
  expect(watched.complaints).toEqual([]);
});

it('leads to a panel by its link without scripts', async () => {
  await open('/dashboards/metric-trends', { javaScriptEnabled: false });
  await page.locator('#trend .menu summary').click();
  await page.locator('#trend').getByRole('link', { name: 'Copy link' }).click();
  expect(new URL(page.url()).hash).toBe('#trend');
});

it('shows the longest name of a column whole on a phone', async () => {
  await open('/dashboards/overview', touched(390));
  // Without the name that is longer than any column may be.
  await page.locator('#busiest tr', { hasText: 'alert' }).evaluate((it) => it.remove());
  const names = await page.locator('#busiest td:first-child a:first-child').evaluateAll((all) =>
    all.map((it) => {
      const text = it.ownerDocument.createRange();
      text.selectNodeContents(it);
      const [room, taken] = [it, text].map((of) => of.getBoundingClientRect().width);
      return { name: it.textContent, missing: (taken ?? 0) - (room ?? 0) };
    }),
  );
  expect(names.length).toBeGreaterThan(2);
  expect(names.filter((it) => it.missing > 0.1)).toEqual([]);
});
