import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { charts } from '../support/browser.ts';
import { usePages } from '../support/pages.ts';
import { touched } from './axe.ts';

/** A dashboard as one file, opened from the disk, beside the same of the service. */
const pages = usePages();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runlens-standalone-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(id: string, query: URLSearchParams): Promise<string> {
  const address = `${pages.service.origin}/dashboards/${id}.html?${query.toString()}`;
  const path = join(folder, `${id}.html`);
  await writeFile(path, await (await fetch(address)).text());
  return pathToFileURL(path).href;
}

/** By chart, the names along its axis of time that one sees, and the pixels from each to the next. */
const timeAxes = (page: Page) =>
  page.locator('.chart').evaluateAll((all) =>
    all.map((chart) => {
      const labels = [...chart.querySelectorAll('.role-axis-label text')]
        .filter((it) => it.getAttribute('opacity') !== '0')
        .map((it) => {
          const { x, width } = it.getBoundingClientRect();
          return { name: it.textContent, at: Math.round(x + width / 2) };
        })
        .filter(({ name }) => /^[A-Z][a-z]+( \d+)?$/.test(name))
        .sort((a, b) => a.at - b.at);
      const steps = labels.slice(1).map(({ at }, index) => at - (labels[index]?.at ?? 0));
      return { names: labels.map((it) => it.name), steps };
    }),
  );

it.each(['users', 'metric-trends', 'overview'])(
  'has on a phone the axes of %s that the service has there',
  async (id) => {
    const query = new URLSearchParams({ since: '2026-09-21..2026-11-19' });
    const file = await fileOf(id, query);
    const { page } = await pages.open(`/dashboards/${id}?${query.toString()}`, touched(390));
    await charts(page);
    const served = await timeAxes(page);
    await page.goto(file);
    await charts(page);
    expect(await timeAxes(page)).toEqual(served);
    expect(served.flatMap((it) => it.names).length).toBeGreaterThan(1);
  },
);

it('names weeks at even steps, however little room there is', async () => {
  const query = new URLSearchParams({ since: '2026-10-12..2026-11-19' });
  const file = await fileOf('metric-trends', query);
  for (const width of [320, 360, 430, 640]) {
    const { page } = await pages.open('/', touched(width));
    await page.goto(file);
    await charts(page);
    for (const { names, steps } of await timeAxes(page)) {
      expect(names.length).toBeGreaterThan(1);
      const uneven = Math.max(...steps) - Math.min(...steps);
      expect(uneven, `${names.join(', ')} at ${width} pixels`).toBeLessThan(4);
    }
  }
});

it('keeps the chart of one panel in its panel, and says below of when it is', async () => {
  const file = await fileOf('metric-trends', new URLSearchParams({ panel: 'trend' }));
  const { page } = await pages.open('/');
  await page.goto(file);
  await charts(page);
  const bottom = async (selector: string): Promise<number> => {
    const box = await page.locator(selector).boundingBox();
    return box === null ? NaN : box.y + box.height;
  };
  expect(await bottom('#trend .drawing svg')).toBeLessThan(await bottom('#trend'));
  expect(await page.locator('footer').textContent()).toContain('data version');
  expect(await page.locator('footer').isVisible()).toBe(true);
});
