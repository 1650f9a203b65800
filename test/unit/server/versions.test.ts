import { afterAll, beforeAll, expect, it } from 'vitest';
import type { MirrorState } from '../../../src/store/state.ts';
import { createFixtureServer } from '../../support/fixture-server.ts';

/** What the service knows while a commit comes in between: the mirror is at version 7. */
let heard: number | undefined;
let fixture: Awaited<ReturnType<typeof createFixtureServer>>;

beforeAll(async () => {
  const state = (): MirrorState => {
    const now = fixture.store.state();
    return { ...now, dataVersion: heard ?? now.dataVersion };
  };
  fixture = await createFixtureServer({ deps: { state } });
});
afterAll(() => fixture.store.close());

it.each(['/dashboards/overview', '/dashboards/overview/panels/status.json', '/'])(
  'tags %s with the version it shows, when a commit comes before it is read',
  async (path) => {
    const get = (headers: Record<string, string> = {}) =>
      fixture.app.request(`http://127.0.0.1${path}`, {
        headers: { Host: '127.0.0.1', Accept: 'text/html', ...headers },
      });
    heard = 6;
    const early = await get();
    heard = undefined;
    expect(await early.text()).toMatch(/data version 7|"dataVersion":7/);
    expect(early.headers.get('Runlens-Data-Version')).toBe('7');
    const known = { 'If-None-Match': early.headers.get('ETag') ?? '' };
    expect((await get(known)).status).toBe(304);
  },
);
