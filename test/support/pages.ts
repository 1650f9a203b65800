import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { useBrowser, watchPage } from './browser.ts';
import { serveFixture } from './fixture-server.ts';

type Service = Awaited<ReturnType<typeof serveFixture>>;

export interface PagesOptions extends BrowserContextOptions {
  /** The service that pages come from; that of the made-up mirror by default. */
  serve?: () => Promise<Service>;
}

export interface OpenedPage {
  page: Page;
  /** What it complains of, and what it asks of others. */
  watched: ReturnType<typeof watchPage>;
}

const DESKTOP = { viewport: { width: 1280, height: 900 } };

/** One service and one browser for the tests of a file; what a test opens is closed behind it. */
export function usePages({ serve = serveFixture, ...all }: PagesOptions = {}) {
  let service: Service;
  const browser = useBrowser();
  beforeAll(async () => {
    service = await serve();
  });
  afterAll(async () => {
    await service?.close();
  });
  return {
    get service(): Service {
      return service;
    },
    async open(path: string, options: BrowserContextOptions = {}): Promise<OpenedPage> {
      const page = await browser.newPage({ ...DESKTOP, ...all, ...options });
      const watched = watchPage(page, service.origin);
      await page.goto(service.origin + path);
      return { page, watched };
    },
  };
}
