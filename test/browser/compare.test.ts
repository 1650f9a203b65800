import { mkdirSync } from 'node:fs';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { exportRoutes } from '../../src/server/routes/exports.ts';
import { viewRoutes } from '../../src/server/routes/views.ts';
import { charts } from '../support/browser.ts';
import { serveFixture } from '../support/fixture-server.ts';
import { usePages, type OpenedPage } from '../support/pages.ts';
import { SHOTS, touched, VIEWS, violations } from './axe.ts';

beforeAll(() => mkdirSync(SHOTS, { recursive: true }));

const idOf = (no: number): string => no.toString(16).padStart(32, '0');

const pages = usePages({
  async serve() {
    const service = await serveFixture({ deps: { routes: [viewRoutes, exportRoutes] } });
    await service.store.write(async (connection) => {
      await connection.run(
        `update mirror.runs set parent_run_id = $1 where run_no in (320, 330, 340)`,
        [idOf(300)],
      );
      // Long numbers, of each run one in bold behind the mark of the best.
      await connection.run(
        `insert into mirror.metrics
         select run_no, 'ms_of_' || best, case when run_no = best then 0.0003506 else 0.0007169 end, 0, 0, false
         from mirror.runs, unnest([395, 394, 390, 320]) t(best)`,
      );
    });
    return service;
  },
});
let page: Page;
let watched: OpenedPage['watched'];

async function open(path: string, options?: BrowserContextOptions): Promise<Page> {
  ({ page, watched } = await pages.open(path, options));
  return page;
}

const compared = (...runs: number[]): string =>
  `/compare?${runs.map((no) => `run=${idOf(no)}`).join('&')}`;

const PATHS = {
  compare: compared(395, 394, 390, 320),
  ten: compared(395, 394, 390, 320, 310, 300, 290, 280, 270, 260),
  parent: `/runs/${idOf(300)}`,
};

describe.each(VIEWS)('$width px, $scheme', ({ width, scheme }) => {
  it.each(Object.entries(PATHS))('%s', async (name, path) => {
    await open(path, { ...touched(width), colorScheme: scheme });
    await charts(page);
    await page.screenshot({ path: `${SHOTS}/${name}-${width}-${scheme}.png`, fullPage: true });
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    expect(await violations(page)).toEqual([]);
    expect(watched.complaints).toEqual([]);
    expect(watched.foreign).toEqual([]);
  });
});

it.each([true, false])('chooses runs of the leaderboard, scripts %s', async (javaScriptEnabled) => {
  await open('/dashboards/leaderboard', { javaScriptEnabled });
  const boxes = page.locator('#top input[name=run]');
  const chosen = [await boxes.nth(0).inputValue(), await boxes.nth(2).inputValue()];
  await boxes.nth(0).check();
  await boxes.nth(2).check();
  await page
    .locator('#top')
    .getByRole('button', { name: /^Compare (chosen|2) runs/ })
    .click();
  await page.waitForURL(/\/compare\?/);
  expect(new URL(page.url()).searchParams.getAll('run')).toEqual(chosen);
  expect(await page.getByRole('heading', { name: 'Compare 2 runs' }).isVisible()).toBe(true);
  expect(await page.locator('.drawing svg:visible').count()).toBeGreaterThan(1);
});

it('goes from a run to the best other run, and back by a dot of a chart', async () => {
  await open(PATHS.parent);
  await page.getByRole('link', { name: 'with the best other run by val_loss' }).click();
  await page.waitForURL(/\/compare\?/);
  await charts(page);
  expect(new URL(page.url()).searchParams.getAll('run')[0]).toBe(idOf(300));
  const loss = page.getByRole('row', { name: /^val_loss/ });
  expect(await loss.locator('td').nth(1).textContent()).toMatch(/ best$/);
  await page.locator('.mark-symbol path').first().click({ force: true });
  await page.waitForURL(/\/runs\/[0-9a-f]{32}/);
});

it('compares ten runs on a phone, all in sight and metric after metric', async () => {
  await open(PATHS.ten, touched(390));
  await charts(page);
  const table = page.getByRole('region', { name: 'Metrics by run' });
  await table.scrollIntoViewIfNeeded();
  const boxes = await table
    .locator('tbody tr')
    .evaluateAll((all) => all.map((it) => it.getBoundingClientRect()));
  const seen = boxes.filter(({ top, bottom }) => top >= 0 && bottom <= 900).length;
  expect(seen).toBe(10);
  const name = table.locator('tbody th').first();
  const place = await name.boundingBox();
  await table.focus();
  const scrolled = () => table.evaluate((it) => it.scrollLeft);
  await page.keyboard.press('ArrowRight');
  await expect.poll(scrolled).toBeGreaterThan(0);
  expect((await name.boundingBox())?.x).toBe(place?.x);
  const tops = await page
    .locator('.charts > .panel')
    .evaluateAll((all) => all.map((it) => it.getBoundingClientRect().top));
  expect(tops.length).toBeGreaterThan(1);
  expect(new Set(tops).size).toBe(1);
});

it('has ten runs side by side on a desk without scrolling', async () => {
  await open(PATHS.ten, { viewport: { width: 1440, height: 900 } });
  const room = page.getByRole('region', { name: 'Metrics of the runs' });
  expect(await room.locator('thead a').count()).toBe(10);
  // Widths that are no whole pixels are rounded up.
  expect(await room.evaluate((it) => it.scrollWidth - it.clientWidth)).toBeLessThanOrEqual(1);
});
