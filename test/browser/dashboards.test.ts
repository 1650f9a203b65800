import { mkdirSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { charts, openBrowser, watchPage } from '../support/browser.ts';
import { serveDemo } from '../support/demo-server.ts';
import { SHOTS, touched, VIEWS, violations } from './axe.ts';

const DASHBOARDS = [
  'overview',
  'metric-trends',
  'users',
  'leaderboard',
  'reliability',
  'freshness',
];
let service: Awaited<ReturnType<typeof serveDemo>>;
let browser: Browser;

beforeAll(async () => {
  mkdirSync(SHOTS, { recursive: true });
  service = await serveDemo();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await service?.close();
});

const NOTE_SHIFTS = `
  globalThis.shifts = [];
  new PerformanceObserver((list) => {
    for (const it of list.getEntries()) shifts.push(it);
  }).observe({ type: 'layout-shift', buffered: true });`;

describe.each(VIEWS)('$width px, $scheme', ({ width, scheme }) => {
  it.each(['', ...DASHBOARDS.map((id) => `dashboards/${id}`)])('/%s', async (path) => {
    const context = await browser.newContext({
      ...touched(width),
      colorScheme: scheme,
    });
    const page = await context.newPage();
    const watched = watchPage(page, service.origin);
    await page.addInitScript(NOTE_SHIFTS);
    await page.goto(`${service.origin}/${path}`);
    await charts(page);
    const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    const moved = await page.evaluate<string[]>(`shifts
      .map((it) => it.value + ' ' + it.sources.map(({ node }) => node?.outerHTML?.slice(0, 80)))`);
    const name = path === '' ? 'home' : path.replace('dashboards/', '');
    await page.screenshot({ path: `${SHOTS}/${name}-${width}-${scheme}.png`, fullPage: true });
    expect(overflow).toBe(0);
    expect(moved).toEqual([]);
    expect(await violations(page)).toEqual([]);
    expect(watched.complaints).toEqual([]);
    expect(watched.foreign).toEqual([]);
    await context.close();
  });
});
