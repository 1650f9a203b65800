import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { charts, useBrowser, watchPage } from '../support/browser.ts';
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
const browser = useBrowser();

beforeAll(async () => {
  mkdirSync(SHOTS, { recursive: true });
  service = await serveDemo();
});
afterAll(() => service?.close());

const NOTE_SHIFTS = `
  globalThis.shifts = [];
  globalThis.observer = new PerformanceObserver((list) => shifts.push(...list.getEntries()));
  observer.observe({ type: 'layout-shift', buffered: true });`;

/** Once the page has arrived and is drawn: until then, a busy browser may draw a part of it. */
const FORGET_SHIFTS = `new Promise((done) => {
  const drawn = () => requestAnimationFrame(() => requestAnimationFrame(() => {
    observer.takeRecords();
    shifts.length = 0;
    done();
  }));
  if (document.readyState === 'loading') document.addEventListener('readystatechange', drawn, { once: true });
  else drawn();
})`;

describe.each(VIEWS)('$width px, $scheme', ({ width, scheme }) => {
  it.each(['', ...DASHBOARDS.map((id) => `dashboards/${id}`)])('/%s', async (path) => {
    const context = await browser.newContext({
      ...touched(width),
      colorScheme: scheme,
    });
    const page = await context.newPage();
    const watched = watchPage(page, service.origin);
    await page.addInitScript(NOTE_SHIFTS);
    // The script comes after the page, so that what moves then is its doing.
    let letIn = (): void => undefined;
    const arrived = new Promise<void>((resolve) => (letIn = resolve));
    await page.route('**/*.js', (route) => arrived.then(() => route.continue()));
    await page.goto(`${service.origin}/${path}`, { waitUntil: 'commit' });
    await page.evaluate(FORGET_SHIFTS);
    letIn();
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
  });
});
