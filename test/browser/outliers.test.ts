import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { charts } from '../support/browser.ts';
import { serveFixture } from '../support/fixture-server.ts';
import { usePages } from '../support/pages.ts';
import { violations } from './axe.ts';

/** Runs of one experiment that diverged: next to nothing right, and a huge loss. */
const pages = usePages({
  async serve() {
    const service = await serveFixture();
    await service.store.write(async (connection) => {
      await connection.run(`update mirror.metrics
        set stored = case key when 'val_accuracy' then 0.01 else 90.0 end
        where key in ('val_accuracy', 'val_loss') and run_no in (
          select run_no from mirror.runs where experiment_id = '1' order by run_no desc limit 3 offset 40)`);
    });
    return service;
  },
});

const TRENDS = '/dashboards/metric-trends?experiment=1&since=all&metric=';
const drawn = (page: Page) => page.locator('#trend .drawing:visible svg');
const note = (page: Page) => drawn(page).getByText(/^3 runs (below|above) /);
const axis = async (page: Page): Promise<number[]> => {
  const texts = await drawn(page).locator('.role-axis-label text').allTextContents();
  return texts.map(Number).filter((it) => !Number.isNaN(it));
};

it.each([true, false])('keeps outliers from squeezing the others, scripts %s', async (scripts) => {
  const { page, watched } = await pages.open(`${TRENDS}val_accuracy`, {
    javaScriptEnabled: scripts,
  });
  if (scripts) await charts(page);
  expect(await note(page).textContent()).toMatch(/^3 runs below 0\.\d+ \(Scale: All values\)/);
  expect(Math.min(...(await axis(page)))).toBeGreaterThan(0.3);
  // They are among what can be read, and a choice away from their own place.
  await page.locator('#trend .as-table summary').click();
  await page.locator('#trend .as-table').getByRole('link', { name: 'Next' }).waitFor();
  await page.getByLabel('Scale', { exact: true }).selectOption({ label: 'All values' });
  if (!scripts) await page.getByRole('button', { name: 'Apply' }).first().click();
  await page.waitForURL(/scale=all/);
  const lowest = async (): Promise<number> => Math.min(...(await axis(page)));
  await expect.poll(lowest, { timeout: 10_000 }).toBeLessThan(0.1);
  expect(await note(page).count()).toBe(0);
  expect(watched.complaints).toEqual([]);
});

it('says what an outlier’s value is', async () => {
  const { page } = await pages.open(`${TRENDS}val_accuracy`);
  await charts(page);
  const points = drawn(page).locator('.mark-symbol').first().locator('path');
  const heights = await points.evaluateAll((all) => all.map((it) => it.getBoundingClientRect().y));
  await points.nth(heights.indexOf(Math.max(...heights))).hover({ force: true });
  const tooltip = page.getByRole('tooltip');
  await tooltip.waitFor();
  expect(await tooltip.textContent()).toContain('Value0.01');
  expect(await violations(page)).toEqual([]);
});

it('takes the bad side for where less is better, and tells charts by themselves too', async () => {
  const { page } = await pages.open(`${TRENDS}val_loss`);
  expect(await note(page).textContent()).toMatch(/^3 runs above /);
  expect(Math.max(...(await axis(page)))).toBeLessThan(9);
  const query = 'experiment=1&since=all&metric=val_loss';
  const [most, all] = await Promise.all(
    ['', '&scale=all'].map(async (scale) => {
      const address = `${pages.service.origin}/dashboards/metric-trends/panels/trend.svg?${query}`;
      return (await fetch(address + scale)).text();
    }),
  );
  expect(most).toContain('3 runs above');
  expect(all).not.toContain('3 runs above');
});
