import type { Page } from 'playwright-core';

/** Puts the pointer over the middle of the trend's chart; tells where the chart is. */
export async function overChart(page: Page) {
  const chart = page.locator('#trend .chart svg');
  await chart.scrollIntoViewIfNeeded();
  const box = await chart.boundingBox();
  if (box === null) throw new Error('no chart');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  return box;
}
