import { afterAll, beforeAll, expect, it } from 'vitest';
import { useBrowser } from '../support/browser.ts';
import { FIXTURE_NOW } from '../support/fixture-mirror.ts';
import { serveFixture } from '../support/fixture-server.ts';

let service: Awaited<ReturnType<typeof serveFixture>>;
const browser = useBrowser();

beforeAll(async () => {
  service = await serveFixture();
});
afterAll(() => service?.close());

it('says moments and their days in the viewer’s zone, UTC on hover, and leaves whole days alone', async () => {
  const context = await browser.newContext({ timezoneId: 'Pacific/Kiritimati' });
  const page = await context.newPage();
  await page.goto(`${service.origin}/dashboards/leaderboard`);
  const times = page.locator('#top td time');
  const said = await times.evaluateAll((all) =>
    all.map((it) => [it.getAttribute('datetime'), it.getAttribute('title'), it.textContent]),
  );
  expect(said).toHaveLength(25);
  for (const [moment, title, text] of said) {
    const there = new Date(Date.parse(moment ?? '') + 14 * 3_600_000).toISOString();
    expect(text).toBe(there.slice(0, 10));
    expect(title).toBe(`${moment?.slice(0, 16).replace('T', ' ')} UTC`);
  }
  await page.goto(`${service.origin}/dashboards/overview?since=2026-11-01..2026-11-02`);
  expect(await page.locator('#status .as-table time').count()).toBe(0);
  const days = await page.locator('#status .as-table td:first-child').allTextContents();
  expect(new Set(days)).toEqual(new Set(['2026-11-01', '2026-11-02']));
});

it('prints what is chosen in words, without what only a screen can do', async () => {
  const page = await browser.newPage();
  await page.goto(`${service.origin}/dashboards/overview?since=last_7d`);
  await page.emulateMedia({ media: 'print' });
  const chosen = page.getByText('Period: last 7 days · Experiment: all');
  expect(await chosen.isVisible()).toBe(true);
  expect(await page.locator('.tools:visible, form.params:visible, .as-table:visible').count()).toBe(
    0,
  );
  await page.emulateMedia({ media: 'screen' });
  expect(await chosen.isVisible()).toBe(false);
});

it('prints all columns of a wide table', async () => {
  const runs = [395, 394, 390, 320, 310, 300, 290, 280, 270, 260];
  const ten = runs.map((no) => `run=${no.toString(16).padStart(32, '0')}`).join('&');
  for (const path of [`/compare?${ten}`, '/dashboards/leaderboard', '/dashboards/freshness']) {
    // The width of a sheet of A4 in the browser's own margins.
    const page = await browser.newPage({ viewport: { width: 718, height: 1000 } });
    await page.goto(service.origin + path);
    await page.emulateMedia({ media: 'print' });
    const beyond = await page.locator('.panel table:visible').evaluateAll((all) =>
      all.map((it) => {
        const paper = it.closest('.panel')?.getBoundingClientRect().right ?? 0;
        return Math.max(0, Math.ceil(it.getBoundingClientRect().right - paper));
      }),
    );
    expect(beyond.length).toBeGreaterThan(0);
    expect(beyond.filter((it) => it > 0)).toEqual([]);
  }
});

it('says how long ago the last sync was, also of a page that is left open', async () => {
  const page = await browser.newPage();
  await page.clock.install({ time: FIXTURE_NOW + 90_000 });
  await page.goto(`${service.origin}/`);
  const fresh = page.locator('.fresh time');
  expect(await fresh.textContent()).toBe('Synced 1 minute ago');
  await page.clock.fastForward('02:00:00');
  expect(await fresh.textContent()).toBe('Synced 2 hours ago');
});
