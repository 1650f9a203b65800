import chromium from '@sparticuz/chromium';
import {
  chromium as playwright,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { DRAWS_NO_FRAMES } from './draws-no-frames.ts';

/** Plain flags: a headless browser without a sandbox of its own that talks to nobody unasked. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The Chromium that an npm package brings, unpacked on first use. */
export async function openBrowser(): Promise<Browser> {
  return playwright.launch({ executablePath: await chromium.executablePath(), args: FLAGS });
}

/** One browser for the tests of a file; what a test opens is closed behind it. */
export function useBrowser() {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterEach(async ({ task }) => {
    const contexts = browser.contexts();
    const alive =
      task.result?.state !== 'fail' ||
      (await Promise.all(contexts.flatMap((it) => it.pages()).map(drawsFrames))).every(Boolean);
    for (const context of contexts) await context.close();
    if (!alive) throw new Error(`Chromium ${DRAWS_NO_FRAMES}`);
  });
  afterAll(() => browser?.close());
  return {
    newContext: (options?: BrowserContextOptions): Promise<BrowserContext> =>
      browser.newContext(options),
    newPage: (options?: BrowserContextOptions): Promise<Page> => browser.newPage(options),
  };
}

/** A page that cannot be asked, such as one that goes elsewhere, failed for another reason. */
const drawsFrames = (page: Page): Promise<boolean> =>
  page
    .evaluate<boolean>(
      `new Promise((say) => {
        requestAnimationFrame(() => say(true));
        setTimeout(say, 5000, false);
      })`,
    )
    .catch(() => true);

/** Notes what a page complains of, and what it asks of others than its own service. */
export function watchPage(page: Page, origin: string): { complaints: string[]; foreign: string[] } {
  const complaints: string[] = [];
  const foreign: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !url.startsWith('data:')) foreign.push(url);
  });
  return { complaints, foreign };
}

/** Scrolls through the page until every chart in it has come to life; throws when one cannot. */
export async function charts(page: Page): Promise<void> {
  // Asked anew each time: a page that takes new data in replaces its charts meanwhile.
  await page.evaluate(`(async () => {
    const began = performance.now();
    for (;;) {
      const chart = document.querySelector('.chart:not(.live)');
      if (chart === null) break;
      if (performance.now() - began > 30000) {
        const at = JSON.stringify(chart.getBoundingClientRect());
        throw new Error(chart.dataset.chart + ' stays still at ' + at + ', scrolled ' + scrollY);
      }
      if (chart.dataset.still) throw new Error(chart.dataset.chart + ': ' + chart.dataset.still);
      chart.scrollIntoView();
      // A browser that draws no frames any more is found out by the limit above, not waited for.
      await new Promise((next) => {
        requestAnimationFrame(next);
        setTimeout(next, 1000);
      });
    }
    scrollTo(0, 0);
  })()`);
}
