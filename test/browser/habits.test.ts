import type { BrowserContextOptions, Page, Route } from 'playwright-core';
import { expect, it } from 'vitest';
import { charts } from '../support/browser.ts';
import { usePages, type OpenedPage } from '../support/pages.ts';
import { touched, violations } from './axe.ts';
import { overChart } from './over-chart.ts';

/** What people do with a page beside what it is made for. */
const pages = usePages();
let page: Page;
let watched: OpenedPage['watched'];

async function open(path: string, options?: BrowserContextOptions): Promise<void> {
  ({ page, watched } = await pages.open(path, options));
}

const overflow = () => page.evaluate('document.documentElement.scrollWidth - innerWidth');

it('goes back and forth between choices, and to a run and back', async () => {
  await open('/dashboards/users?since=all');
  await charts(page);
  const heading = () => page.locator('#runs h2').textContent();
  const select = page.locator('select[name=user]');
  for (const user of ['amara', 'bjorn', 'chen']) {
    await select.selectOption(user);
    await expect.poll(heading).toBe(`Runs of ${user}`);
  }
  await page.goBack();
  await page.goBack();
  await expect.poll(heading).toBe('Runs of amara');
  await page.goForward();
  await expect.poll(heading).toBe('Runs of bjorn');
  expect(await select.inputValue()).toBe('bjorn');
  await page.locator('#latest tbody a').first().click();
  await page.waitForURL(/\/runs\//);
  await page.goBack();
  await expect.poll(heading).toBe('Runs of bjorn');
  expect(await select.inputValue()).toBe('bjorn');
  await charts(page);
  expect(watched.complaints).toEqual([]);
});

it('takes a zoom back by a double click', async () => {
  await open('/dashboards/metric-trends');
  await charts(page);
  const labels = async (): Promise<string[]> =>
    (await page.locator('#trend .role-axis-label text').allTextContents()).sort();
  const before = await labels();
  const box = await overChart(page);
  await page.keyboard.down('Control');
  for (let turn = 0; turn < 6; turn++) await page.mouse.wheel(0, -300);
  await page.keyboard.up('Control');
  await expect.poll(labels).not.toEqual(before);
  // Days are named as days, whichever of the week they are.
  const days = (await labels()).filter((it) => /[A-Z]/.test(it));
  expect(days.filter((it) => !/^(Aug|Sep|Oct|Nov) [1-9]\d?$/.test(it))).toEqual([]);
  await page.mouse.dblclick(box.x + 60, box.y + 40);
  await expect.poll(labels).toEqual(before);
});

it.each([
  ['the downloads of a chart', '#status .menu summary'],
  ['the days of a period', '.period summary'],
])('closes %s by Escape, and keeps the focus there', async (_name, summary) => {
  await open('/dashboards/overview');
  const opener = page.locator(summary).first();
  await opener.focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Escape');
  expect(await opener.evaluate((it) => it.parentElement?.hasAttribute('open'))).toBe(false);
  expect(await opener.evaluate((it) => it === it.ownerDocument.activeElement)).toBe(true);
});

it('lets two to ten runs be chosen, says how many, and keeps them for who comes back', async () => {
  await open('/dashboards/leaderboard');
  const boxes = page.locator('#top input[name=run]');
  const button = page.locator('#top form.compare > button');
  expect([await button.textContent(), await button.isDisabled()]).toEqual([
    'Compare chosen runs',
    true,
  ]);
  for (let at = 0; at < 10; at++) await boxes.nth(at).check();
  expect(await boxes.nth(10).isDisabled()).toBe(true);
  expect(await violations(page)).toEqual([]);
  await boxes.nth(9).uncheck();
  expect(await boxes.nth(10).isDisabled()).toBe(false);
  expect(await button.textContent()).toBe('Compare 9 runs');
  await button.click();
  await page.getByRole('heading', { name: 'Compare 9 runs' }).waitFor();
  await page.goBack();
  await expect.poll(() => button.textContent()).toBe('Compare 9 runs');
});

it('follows a window that grows narrow and wide again', async () => {
  await open('/dashboards/overview', { viewport: { width: 1440, height: 900 } });
  await charts(page);
  const drawn = () =>
    page.locator('.chart svg').evaluateAll((all) =>
      all.map((it) => {
        const room = it.closest('.chart')?.getBoundingClientRect().width ?? 0;
        return Math.abs(Math.floor(room) - it.getBoundingClientRect().width) < 1;
      }),
    );
  for (const width of [390, 1440, 800]) {
    await page.setViewportSize({ width, height: 900 });
    await expect.poll(drawn).toEqual([true, true, true]);
    expect(await overflow()).toBe(0);
  }
  expect(watched.complaints).toEqual([]);
});

it('has no motion for who wants none, while one waits', async () => {
  await open('/dashboards/users?since=all', { reducedMotion: 'reduce' });
  const held: Route[] = [];
  await page.route(/users\?user=amara/, (route) => {
    held.push(route);
  });
  await page.locator('select[name=user]').selectOption('amara');
  await expect.poll(() => held.length).toBe(1);
  expect(await page.locator('html').getAttribute('aria-busy')).toBe('true');
  const moving = 'document.getAnimations().filter((it) => it.animationName === "wait").length';
  expect(await page.evaluate(moving)).toBe(0);
  await held[0]?.continue();
});

it.each(['overview', 'metric-trends', 'leaderboard', 'freshness'])(
  'fits %s into a window of 320 pixels, as of a page at four times its size',
  async (id) => {
    await open(`/dashboards/${id}`, { ...touched(320), viewport: { width: 320, height: 480 } });
    await charts(page);
    expect(await overflow()).toBe(0);
    expect(await violations(page)).toEqual([]);
  },
);

it.each([720, 834, 1001])('has the whole bar in sight in a window of %d pixels', async (width) => {
  await open('/dashboards/overview', { viewport: { width, height: 450 } });
  const bar = page.locator('.bar');
  const ends = await bar
    .locator('nav a')
    .evaluateAll((all) => all.map((it) => it.getBoundingClientRect().right));
  expect(ends).toHaveLength(6);
  expect(Math.max(...ends)).toBeLessThan(width);
  const room = bar.locator('nav');
  expect(await room.evaluate((it) => it.scrollWidth - it.clientWidth)).toBe(0);
});
