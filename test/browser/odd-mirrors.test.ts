import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { charts } from '../support/browser.ts';
import { serveFixture } from '../support/fixture-server.ts';
import { usePages } from '../support/pages.ts';
import { touched, VIEWS, violations } from './axe.ts';

const LONG = `</script><b>${'a very long name of a run '.repeat(12)}</b>`;
const ID = '912345678901234567';
const idOf = (no: number): string => no.toString(16).padStart(32, '0');

/** Long names, ids beyond a double's digits, thousands of experiments, and a sync that failed. */
const odd = usePages({
  async serve() {
    const service = await serveFixture();
    await service.store.write(async (connection) => {
      for (const sql of [
        `update mirror.runs set run_name = '${LONG}' where run_no in (390, 396)`,
        `update mirror.experiments set experiment_id = '${ID}' where experiment_id = '1'`,
        `update mirror.runs set experiment_id = '${ID}' where experiment_id = '1'`,
        `insert into mirror.experiments
          select e.* replace (cast(1000 + no as varchar) as experiment_id, 'project ' || no as name)
          from mirror.experiments e, range(5000) t(no) where experiment_id = '2'`,
        `insert into mirror.metrics
          select run_no, 'samples', 123456780 + run_no, 0, 0, false from mirror.runs
          where run_no <= 10`,
        `update mirror.sources set error =
          'the tracking server answers 503 to every request for a while now; it was asked seven times'`,
      ]) {
        await connection.run(sql);
      }
    });
    return service;
  },
});
const empty = usePages({ serve: () => serveFixture({ runs: 0 }) });

const overflow = (page: Page) => page.evaluate('document.documentElement.scrollWidth - innerWidth');

const ODD = {
  home: '/',
  run: `/runs/${idOf(396)}`,
  compare: `/compare?run=${idOf(396)}&run=${idOf(390)}&run=${idOf(1)}`,
  overview: '/dashboards/overview',
  leaderboard: `/dashboards/leaderboard?experiment=${ID}`,
};
const EMPTY = ['overview', 'metric-trends'];

describe.each(VIEWS)('$width px, $scheme', ({ width, scheme }) => {
  const options: BrowserContextOptions = { ...touched(width), colorScheme: scheme };
  it.each(Object.entries(ODD))('an odd mirror: %s', async (_name, path) => {
    const { page, watched } = await odd.open(path, options);
    await charts(page);
    expect(await overflow(page)).toBe(0);
    expect(await violations(page)).toEqual([]);
    expect(watched.complaints).toEqual([]);
  });

  it.each(EMPTY)('an empty mirror: %s', async (id) => {
    const { page, watched } = await empty.open(`/dashboards/${id}`, options);
    expect(await overflow(page)).toBe(0);
    expect(await violations(page)).toEqual([]);
    expect(watched.complaints).toEqual([]);
  });
});

it('tells on a phone why a sync failed, in a few lines', async () => {
  const { page } = await odd.open('/', touched(390));
  const row = page.getByRole('row', { name: 'answers 503' });
  expect((await row.boundingBox())?.height).toBeLessThan(120);
});

it('leaves room on a phone below a name of three hundred letters', async () => {
  const { page } = await odd.open(ODD.run, touched(390));
  const heading = page.locator('h1');
  expect((await heading.boundingBox())?.height).toBeLessThan(150);
  expect(await heading.getAttribute('title')).toBe(LONG);
});

it.each([390, 1280])('cuts a long name of a run beside its box, %d pixels wide', async (width) => {
  const { page } = await odd.open(ODD.leaderboard, touched(width));
  const link = page.locator('#top td a', { hasText: 'very long name' }).first();
  await link.scrollIntoViewIfNeeded();
  const { x = 0, y = 0, height = 0 } = (await link.boundingBox()) ?? {};
  // Beyond three dots, which would stand for a name that does not fit as a whole.
  const clip = { x: x + 40, y, width: 80, height };
  const shown = await page.screenshot({ clip });
  await link.evaluate((it) => it.replaceChildren());
  expect((await page.screenshot({ clip })).equals(shown)).toBe(false);
});

it.each([2, 10])('cuts no number of %d runs side by side', async (count) => {
  const runs = Array.from({ length: count }, (_, at) => `run=${idOf(at + 1)}`);
  for (const width of [390, 1280]) {
    const { page } = await odd.open(`/compare?${runs.join('&')}`, touched(width));
    const numbers = page.locator('.compared td.number:not(.text):visible');
    const cut = await numbers.evaluateAll((all) =>
      all.filter((it) => it.scrollWidth > it.clientWidth).map((it) => it.textContent),
    );
    expect({ width, cut }).toEqual({ width, cut: [] });
    expect(await numbers.filter({ hasText: '123,456,7' }).count()).toBe(count);
    expect(await overflow(page)).toBe(0);
  }
});

it('finds one of five thousand experiments by typing', async () => {
  const { page } = await odd.open('/dashboards/overview');
  const field = page.getByRole('combobox', { name: 'Experiment' });
  await field.click();
  await field.fill('project 4321');
  await page.getByRole('option', { name: 'project 4321' }).waitFor();
  await field.press('Enter');
  await page.waitForURL(/experiment=5321/);
  expect(await field.inputValue()).toBe('project 4321');
});

it('says what there is nothing of yet', async () => {
  const { page } = await empty.open('/dashboards/metric-trends');
  expect(await page.locator('h2').allTextContents()).toContain('Runs with metric');
  const field = page.getByLabel('Metric', { exact: true });
  expect([await field.isDisabled(), await field.textContent()]).toEqual([true, 'None yet']);
  const chosen = page.locator('.chosen');
  expect(await chosen.textContent()).toContain('Experiment: none yet · Metric: none yet');
});
