import { afterEach, expect, it } from 'vitest';
import { SAMPLE } from '../../../src/store/state.ts';
import { createFixtureServer } from '../../support/fixture-server.ts';

let fixture: Awaited<ReturnType<typeof createFixtureServer>>;
afterEach(() => fixture.store.close());

const run = (no: number): string => no.toString(16).padStart(32, '0');
const PAGES = [
  '/',
  '/dashboards/overview',
  '/dashboards/overview?panel=status',
  `/runs/${run(395)}`,
  `/compare?run=${run(395)}&run=${run(394)}`,
];

/** How often each page says that its runs are the sample's, and what to set. */
async function told(address: string): Promise<number[]> {
  fixture = await createFixtureServer();
  await fixture.store.write((connection) =>
    connection.run('update mirror.sources set tracking_uri = $1', [address]),
  );
  return Promise.all(
    [...PAGES, '/runs/nope'].map(async (path) => {
      const headers = { Host: '127.0.0.1', Accept: 'text/html' };
      const response = await fixture.app.request(`http://127.0.0.1${path}`, { headers });
      expect(response.status).toBe(path === '/runs/nope' ? 404 : 200);
      const words = /sample(?: runs)?\. Start Runlens with MLFLOW_TRACKING_URI set/gi;
      return (await response.text()).match(words)?.length ?? 0;
    }),
  );
}

it('says once on each page with runs when they are of the embedded sample', async () => {
  expect(await told(SAMPLE)).toEqual([...PAGES.map(() => 1), 0]);
});

it('says nothing of it over runs of a tracking server', async () => {
  expect(await told('http://127.0.0.1:5000')).toEqual([...PAGES.map(() => 0), 0]);
});
