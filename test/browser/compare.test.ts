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

const PATHS = {
  compare: `/compare?${[395, 394, 390, 320].map((no) => `run=${idOf(no)}`).join('&')}`,
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
  await page.locator('#top').getByRole('button', { name: 'Compare chosen runs' }).click();
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
