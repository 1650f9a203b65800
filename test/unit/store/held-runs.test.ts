import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Store } from '../../../src/store/store.ts';

let store: Store;
let pages = 0;
beforeEach(async () => {
  store = await Store.open({ path: ':memory:' });
});
afterEach(() => store.close());

async function load(...infos: object[]): Promise<void> {
  const file = join(store.workFolder, `${pages++}.json`);
  await writeFile(file, JSON.stringify(infos.map((info) => ({ info }))));
  await store.mirror.loadRuns({ source: 's', files: [file] });
}

const ENDED = { run_id: 'a', experiment_id: '1', status: 'FINISHED', start_time: 5, end_time: 9 };
const OPEN = { run_id: 'b', experiment_id: '1', status: 'RUNNING', start_time: 7 };
const UNTOLD = { run_id: 'c', experiment_id: '2', status: 'FINISHED', start_time: 1 };

it('tells the newest runs of each experiment', async () => {
  expect(await store.mirror.newestRuns('s')).toEqual([]);
  await load(ENDED, OPEN, UNTOLD);
  const newest = await store.mirror.newestRuns('s');
  expect(newest.toSorted((a, b) => a.experimentId.localeCompare(b.experimentId))).toEqual([
    {
      experimentId: '1',
      started: { experimentId: '1', runId: 'b', ms: 7n },
      ended: { experimentId: '1', runId: 'a', ms: 9n },
    },
    {
      experimentId: '2',
      started: { experimentId: '2', runId: 'c', ms: 1n },
      ended: undefined,
    },
  ]);
  expect(await store.mirror.newestRuns('other')).toEqual([]);
});

it('tells the runs that are not held as ended', async () => {
  expect(await store.mirror.openRuns('s')).toEqual([]);
  await load(ENDED, OPEN, UNTOLD, { ...ENDED, run_id: 'd', status: 'SCHEDULED' });
  const open = await store.mirror.openRuns('s');
  expect(open.toSorted((a, b) => a.runId.localeCompare(b.runId))).toEqual([
    { experimentId: '1', runId: 'b' },
    { experimentId: '2', runId: 'c' },
    { experimentId: '1', runId: 'd' },
  ]);
  expect(await store.mirror.openRuns('other')).toEqual([]);
});

it('reads them anew when the data changed, and only then', async () => {
  await load(ENDED, OPEN);
  const [newest, open] = [await store.mirror.newestRuns('s'), await store.mirror.openRuns('s')];
  await load(ENDED, OPEN);
  expect(await store.mirror.newestRuns('s')).toBe(newest);
  expect(await store.mirror.openRuns('s')).toBe(open);
  await load({ ...OPEN, status: 'KILLED', end_time: 11 });
  expect(await store.mirror.newestRuns('s')).toMatchObject([{ ended: { runId: 'b', ms: 11n } }]);
  expect(await store.mirror.openRuns('s')).toEqual([]);
  await store.mirror.removeRuns('s', ['a', 'b']);
  expect(await store.mirror.newestRuns('s')).toEqual([]);
});
