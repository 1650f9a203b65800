import { afterAll, beforeAll, expect, it } from 'vitest';
import { createFixtureServer } from '../../support/fixture-server.ts';

let fixture: Awaited<ReturnType<typeof createFixtureServer>>;
beforeAll(async () => {
  fixture = await createFixtureServer();
});
afterAll(() => fixture.store.close());

const get = (path: string, headers: Record<string, string> = {}) =>
  fixture.app.request(`http://127.0.0.1:8080${path}`, {
    headers: { Host: '127.0.0.1:8080', ...headers },
  });

it('gives a dashboard as one file, stamped and told again by its tag', async () => {
  const response = await get('/dashboards/users.html?user=chen&since=all');
  expect(response.headers.get('Content-Disposition')).toBe('attachment; filename="users.html"');
  expect(response.headers.get('Runlens-Data-Version')).toBe('7');
  const text = await response.text();
  expect(text).toContain('User: chen · Period: all time');
  expect(text).toContain('as of 2026-11-20 15:30 UTC · data version 7');
  const quiet = text.replaceAll(/(<script[^>]*>).*?<\/script>/gs, '$1');
  expect(quiet).not.toMatch(/(?:href|src)="(?:\/|https?:)/);
  const etag = response.headers.get('ETag') ?? '';
  const again = await get('/dashboards/users.html?user=chen&since=all', { 'If-None-Match': etag });
  expect(again.status).toBe(304);
  const page = await get('/dashboards/users?user=chen&since=all', { Accept: 'text/html' });
  expect(page.headers.get('ETag')).not.toBe(etag);
});

it('shows tables as they are arranged, and the theme that is asked for', async () => {
  const asked = '/dashboards/users.html?user=chen&since=all&columns=latest.status&theme=dark';
  const text = await (await get(asked)).text();
  expect(text).toContain('data-theme="dark"');
  const latest = text.slice(text.indexOf('id="latest"'));
  const headings = [...latest.matchAll(/<th\b[^>]*>(.*?)<\/th>/gs)].map(([, it = '']) =>
    it.replaceAll(/<[^>]*>/g, ''),
  );
  expect(headings).toEqual(['Status']);
});

it.each([
  ['/dashboards/nothing.html', 404, 'there is no dashboard nothing'],
  ['/dashboards/users.html?theme=pink', 400, 'theme is light or dark'],
  ['/dashboards/users.html?user=nobody', 400, 'user: no option "nobody"'],
  ['/dashboards/users.html?sinze=all', 400, 'no parameter sinze'],
])('refuses %s rather than give a file of something else', async (path, status, message) => {
  const response = await get(path);
  expect(response.status).toBe(status);
  expect(response.headers.get('Content-Disposition')).toBeNull();
  const { error } = (await response.json()) as { error: { message: string } };
  expect(error.message).toContain(message);
});

it('is offered where its link is to be seen: not beside a panel that has the window', async () => {
  const html = { Accept: 'text/html' };
  const link = 'href="/dashboards/users.html?';
  expect(await (await get('/dashboards/users?user=chen', html)).text()).toContain(link);
  const alone = await (await get('/dashboards/users?user=chen&panel=latest', html)).text();
  expect(alone).not.toContain(link);
});
