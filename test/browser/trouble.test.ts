import type { Page, Request, Route } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { charts, useBrowser } from '../support/browser.ts';
import { serveFixture } from '../support/fixture-server.ts';
import { violations } from './axe.ts';

let service: Awaited<ReturnType<typeof serveFixture>>;
const browser = useBrowser();
let page: Page;

beforeAll(async () => {
  service = await serveFixture();
});
afterAll(() => service?.close());

async function openUsers(): Promise<void> {
  page = await browser.newPage();
  await page.goto(`${service.origin}/dashboards/users?since=all&user=chen`);
  await charts(page);
}

const heading = () => page.locator('#runs h2').textContent();

it('shows the later of two choices, whichever answer comes first', async () => {
  await openUsers();
  let hold: Route | undefined;
  const ofEarlier = { predicate: (it: Request) => it.url().includes('user=amara') };
  const over = Promise.race([
    page.waitForEvent('requestfinished', ofEarlier),
    page.waitForEvent('requestfailed', ofEarlier),
  ]);
  const held = new Promise<void>((done) => {
    void page.route(/user=amara/, (route) => {
      hold = route;
      done();
    });
  });
  await page.locator('select[name=user]').selectOption('amara');
  await held;
  expect(await page.locator('html').getAttribute('aria-busy')).toBe('true');
  await page.locator('select[name=user]').selectOption('bjorn');
  await expect.poll(heading).toBe('Runs of bjorn');
  await hold?.continue().catch(() => undefined);
  await over;
  await page.evaluate(
    'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
  );
  expect(await heading()).toBe('Runs of bjorn');
  expect(await page.locator('html').getAttribute('aria-busy')).toBe(null);
});

it('says that the service does not answer, and tries again', async () => {
  await openUsers();
  await page.route(/user=amara/, (route) => route.abort());
  await page.locator('select[name=user]').selectOption('amara');
  const alert = page.getByRole('alert');
  await alert.waitFor();
  expect(await alert.textContent()).toContain('does not answer');
  expect(await violations(page)).toEqual([]);
  expect(await heading()).toBe('Runs of chen');
  await page.unroute(/user=amara/);
  await alert.getByRole('button', { name: 'Try again' }).click();
  await expect.poll(heading).toBe('Runs of amara');
  expect(await alert.count()).toBe(0);
});

it('listens only while it is in sight: all tabs share six connections', async () => {
  await openUsers();
  const hide = (hidden: boolean) =>
    page.evaluate(
      `Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true });
       document.dispatchEvent(new Event('visibilitychange'));`,
    );
  const left = page.waitForEvent('requestfailed', (it) => it.url().endsWith('/api/v1/events'));
  await hide(true);
  await left;
  await service.store.write(async (connection) => {
    await connection.run('update mirror.state set data_version = data_version + 1');
  });
  await hide(false);
  const version = () => page.locator('html').getAttribute('data-version');
  await expect.poll(version).toBe(String(service.store.state().dataVersion));
});

it('offers new data to who is in the middle of something', async () => {
  await openUsers();
  await page.locator('#weeks .as-table summary').click();
  const before = await page.locator('html').getAttribute('data-version');
  await service.store.write(async (connection) => {
    await connection.run('update mirror.state set data_version = data_version + 1');
  });
  const offer = page.getByRole('button', { name: 'New data is there' });
  await offer.waitFor();
  expect(await violations(page)).toEqual([]);
  await offer.click();
  await expect.poll(() => page.locator('html').getAttribute('data-version')).not.toBe(before);
  expect(await offer.count()).toBe(0);
  expect(await page.locator('#weeks .as-table').getAttribute('open')).not.toBe(null);
});

it('shows the mistake of an address that it is led to', async () => {
  await openUsers();
  await page.evaluate(
    `history.pushState(null, '', '/dashboards/users?nope=1'); history.pushState(null, '', '/')`,
  );
  await page.goBack();
  await expect.poll(() => page.locator('h1').textContent()).toBe('No parameter nope');
});
