import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { packagePath } from '../../src/paths.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const SHOTS = packagePath('test/browser/screenshots');

/** A desk and a phone, by day and by night. */
export const VIEWS = ([1440, 390] as const).flatMap((width) =>
  (['light', 'dark'] as const).map((scheme) => ({ width, scheme })),
);

/**
 * What axe finds wrong, one line each, and what is too small for a finger. A chart's marks have the
 * size of what they show; a table beside it has the same links.
 */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate<string[]>(`(async () => {
    const { violations } = await axe.run({ rules: { 'target-size': { enabled: true } } });
    const drawn = (it) => document.querySelector(it.target[0])?.closest('.chart') != null;
    return violations.flatMap(({ id, nodes }) =>
      nodes
        .filter((it) => id !== 'target-size' || !drawn(it))
        .map((it) => id + ': ' + it.html.slice(0, 200) + ' ' + it.failureSummary));
  })()`);
}

/** A page of a phone is touched. */
export const touched = (width: number): BrowserContextOptions => ({
  viewport: { width, height: 900 },
  hasTouch: width < 640,
});
