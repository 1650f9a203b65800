import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { charts } from '../support/browser.ts';
import { usePages, type OpenedPage } from '../support/pages.ts';
import { touched, VIEWS, violations } from './axe.ts';

const pages = usePages();
let page: Page;
let watched: OpenedPage['watched'];

async function open(path: string, options?: BrowserContextOptions): Promise<void> {
  ({ page, watched } = await pages.open(path, options));
}

const TRENDS = '/dashboards/metric-trends?experiment=1&metric=val_loss&since=all';
const press = (selector: string) => () => page.locator(selector).first().click();

/** What one opens on a page, and how. */
const STATES: [name: string, path: string, act: () => Promise<void>][] = [
  ['the days of a period', '/dashboards/overview', press('.period summary')],
  ['the downloads of a chart', '/dashboards/overview', press('#status .menu summary')],
  ['the columns of a table', '/dashboards/leaderboard', press('#top [data-menu] summary')],
  ['a chart’s text table, turned', `${TRENDS}&page=trend.2`, async () => {}],
  ['a chart in the whole window', `${TRENDS}&panel=trend`, press('.as-table summary')],
  ['a table in the whole window', '/dashboards/leaderboard?panel=top', press('#top .menu summary')],
  ['no rows', '/dashboards/reliability?since=2001-01-01..2001-01-02', async () => {}],
  ['a mistake', '/dashboards/nope', async () => {}],
];

describe.each(VIEWS)('$width px, $scheme', ({ width, scheme }) => {
  it.each(STATES)('%s', async (_name, path, act) => {
    await open(path, { ...touched(width), colorScheme: scheme });
    await charts(page);
    await act();
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    expect(await violations(page)).toEqual([]);
    expect(watched.foreign).toEqual([]);
  });
});

it('reads all rows of a chart by keyboard', async () => {
  await open(TRENDS);
  await charts(page);
  const summary = page.locator('#trend .as-table summary');
  await summary.focus();
  await page.keyboard.press('Enter');
  const names = () => page.locator('#trend tbody td:first-child').allTextContents();
  const pages = page.getByRole('navigation', { name: 'Pages of val_loss by run' });
  const first = await names();
  expect(first).toHaveLength(100);
  await page.keyboard.press('Tab');
  for (const _ of first) await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Next');
  await page.keyboard.press('Enter');
  await page.waitForURL(/page=trend\.2/);
  await expect.poll(() => pages.textContent()).toContain('Rows 101 to ');
  expect((await names()).filter((it) => first.includes(it))).toEqual([]);
  expect(await page.locator('#trend .as-table').getAttribute('open')).not.toBe(null);
  // The last page has no Next.
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Previous');
  await page.keyboard.press('Enter');
  await expect.poll(names).toEqual(first);
  expect(watched.complaints).toEqual([]);
});

it('has the dashboard that is shown in sight in the bar of a phone', async () => {
  await open('/dashboards/freshness', touched(390));
  const current = page.locator('.bar [aria-current]');
  await expect
    .poll(async () => (await current.boundingBox())?.x ?? Infinity)
    .toBeLessThan(390 - 60);
});
