import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RunCounts } from '../../../src/ingest/mirror.ts';
import { Store } from '../../../src/store/store.ts';

let store: Store;
let pages = 0;
beforeEach(async () => {
  store = await Store.open({ path: ':memory:' });
});
afterEach(() => store.close());

/** An answer of one run. */
const answer = (run_id: string, status = 'RUNNING'): string =>
  JSON.stringify([{ info: { run_id, experiment_id: '1', status, start_time: 5 } }]);

/** Loads answers as a refresh does, that is without a position of a sweep. */
async function load(answers: string[], source = 's'): Promise<RunCounts> {
  const files = answers.map(() => join(store.workFolder, `${source}-${1e9 + pages++}.json`));
  await Promise.all(files.map((file, index) => writeFile(file, answers[index] ?? '')));
  return store.mirror.loadRuns({ source, files });
}

/** Makes the mirror hold what no load would leave there: whether a load looked is then seen. */
const spoil = (): Promise<unknown> =>
  store.write((c) => c.run(`update mirror.runs set status = 'SPOILT', content_hash = 0`));

const statuses = async (): Promise<unknown[]> =>
  (await store.engine.query('select status from mirror.runs order by run_id')).rows.flat();

const QUIET = [answer('a'), answer('b')];

async function loadQuietly(): Promise<void> {
  await load(QUIET);
  expect(await load(QUIET)).toEqual({ seen: 2, inserted: 0, updated: 0, unchanged: 2 });
}

it('is not read again while the data is as it was, in whichever order its answers come', async () => {
  await loadQuietly();
  await spoil();
  for (const answers of [QUIET, QUIET.toReversed()]) {
    expect(await load(answers)).toEqual({ seen: 2, inserted: 0, updated: 0, unchanged: 2 });
  }
  expect(await statuses()).toEqual(['SPOILT', 'SPOILT']);
});

it('is read again when any of the data changed', async () => {
  await loadQuietly();
  await spoil();
  await load([answer('c')], 'another');
  expect(await load(QUIET)).toMatchObject({ updated: 2 });
  expect(await statuses()).toEqual(['RUNNING', 'RUNNING', 'RUNNING']);
});

it('is told from one of the same size, and from that of another source', async () => {
  await loadQuietly();
  expect(await load([answer('a'), answer('b', 'WAITING')])).toMatchObject({ updated: 1 });
  expect(await load(QUIET, 'another')).toMatchObject({ inserted: 2 });
});

it('is read while a sweep is under way, which asks whom it has met', async () => {
  await loadQuietly();
  await store.mirror.beginSweep('s', ['1'], false);
  expect(await store.mirror.unseenRuns('s', 10)).toHaveLength(2);
  await load(QUIET);
  expect(await store.mirror.unseenRuns('s', 10)).toEqual([]);
});
