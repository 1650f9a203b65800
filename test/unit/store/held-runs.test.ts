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

it('tells of each experiment the newest runs, and those that are not held as ended', async () => {
  expect(await store.mirror.heldRuns('s')).toEqual([]);
  await load(ENDED, OPEN, UNTOLD);
  const held = await store.mirror.heldRuns('s');
  expect(held.toSorted((a, b) => a.experimentId.localeCompare(b.experimentId))).toEqual([
    {
      experimentId: '1',
      started: { experimentId: '1', runId: 'b', ms: 7n },
      ended: { experimentId: '1', runId: 'a', ms: 9n },
      open: ['b'],
    },
    {
      experimentId: '2',
      started: { experimentId: '2', runId: 'c', ms: 1n },
      ended: undefined,
      open: ['c'],
    },
  ]);
  expect(await store.mirror.heldRuns('other')).toEqual([]);
});

it('is read anew when the data changed, and only then', async () => {
  await load(ENDED, OPEN);
  const first = await store.mirror.heldRuns('s');
  await load(ENDED, OPEN);
  expect(await store.mirror.heldRuns('s')).toBe(first);
  await load({ ...OPEN, status: 'KILLED', end_time: 11 });
  expect(await store.mirror.heldRuns('s')).toMatchObject([
    { ended: { runId: 'b', ms: 11n }, open: [] },
  ]);
  await store.mirror.removeRuns('s', ['a', 'b']);
  expect(await store.mirror.heldRuns('s')).toEqual([]);
});
