import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Loader } from '../../../src/ingest/loader.ts';
import type { Mirror, RunBatch } from '../../../src/ingest/mirror.ts';
import { Store } from '../../../src/store/store.ts';

let store: Store;
beforeEach(async () => {
  store = await Store.open({ path: ':memory:' });
});
afterEach(() => store.close());

const spooled = () => readdirSync(store.mirror.spoolFolder);

/** A page of as many runs as ids, one metric each. */
function page(...ids: string[]): Buffer {
  const runs = ids.map((run_id) => ({
    info: { run_id, experiment_id: '1', status: 'FINISHED', start_time: 1 },
    data: { metrics: [{ key: 'loss', value: 0.5, timestamp: 1, step: 0 }] },
  }));
  return Buffer.from(JSON.stringify(runs));
}

/** The mirror, its loads held up until they are let go. */
function heldUp(): { mirror: Mirror; batches: RunBatch[]; letGo: () => void } {
  const waiting: (() => void)[] = [];
  const batches: RunBatch[] = [];
  const mirror: Mirror = {
    ...store.mirror,
    async loadRuns(batch) {
      batches.push(batch);
      await new Promise<void>((go) => waiting.push(go));
      return store.mirror.loadRuns(batch);
    },
  };
  return { mirror, batches, letGo: () => waiting.shift()?.() };
}

/** Long enough for files to be written. */
const turns = async (): Promise<false> => {
  for (let turn = 0; turn < 50; turn++) await new Promise((done) => setImmediate(done));
  return false;
};

it('loads what was added, counts it once, and leaves no file', async () => {
  const loader = new Loader({ mirror: store.mirror, source: 's' });
  await loader.add(page('a', 'b'));
  await loader.add(undefined);
  await loader.add(page('b', 'c'));
  expect(spooled()).toHaveLength(2);
  await loader.flush();
  expect(loader.counts).toEqual({ seen: 3, inserted: 3, updated: 0, unchanged: 0 });
  await loader.add(page('a'));
  await loader.flush();
  expect(loader.counts).toEqual({ seen: 4, inserted: 3, updated: 0, unchanged: 1 });
  expect(spooled()).toEqual([]);
});

it('loads a batch when it has the bytes, and later answers win', async () => {
  const loader = new Loader({ mirror: store.mirror, source: 's', batchBytes: 1 });
  for (const status of ['RUNNING', 'FINISHED']) {
    await loader.add(Buffer.from(page('a').toString().replace('FINISHED', status)));
  }
  await loader.flush();
  expect(loader.counts).toMatchObject({ inserted: 1, updated: 1 });
  expect((await store.engine.query('select status from mirror.runs')).rows).toEqual([['FINISHED']]);
});

it('spools three batches at the most, however many add at once (invariant 12)', async () => {
  const { mirror, batches, letGo } = heldUp();
  const bytes = page('a0').length;
  const loader = new Loader({ mirror, source: 's', batchBytes: 2 * bytes });
  const adding = Promise.all(
    Array.from({ length: 4 }, async (_, walker) => {
      for (let index = 0; index < 6; index++) await loader.add(page(`${walker}${index}`));
    }),
  );
  let most = 0;
  const ended = adding.then(() => loader.flush()).then(() => true);
  while (!(await Promise.race([ended, turns()]))) {
    most = Math.max(most, spooled().length);
    letGo();
  }
  expect(loader.counts.inserted).toBe(24);
  // One being written, one being read and one that waits, of two pages each; and the pages of those who
  // were spooling one just then.
  expect(most).toBeLessThanOrEqual(3 * 2 + 4);
  expect(batches.length).toBeGreaterThan(3);
});

it('commits where the sweep stands with the rows, even without one', async () => {
  await store.mirror.beginSweep('s', ['1'], false);
  const loader = new Loader({ mirror: store.mirror, source: 's' });
  const open = [
    { fromMs: 7n, belowMs: 9_007_199_254_740_993n },
    { fromMs: 9_007_199_254_740_993n, belowMs: null },
  ];
  const position = { experimentId: '1', startedMs: 5, open };
  await loader.add(page('a'), position);
  expect(await store.mirror.sweepPositions('s')).toMatchObject([
    { open: [{ fromMs: null, belowMs: null }] },
  ]);
  await loader.flush();
  expect(await store.mirror.sweepPositions('s')).toEqual([position]);
  await loader.add(undefined, { ...position, open: [] });
  await loader.flush();
  expect(await store.mirror.sweepPositions('s')).toEqual([{ ...position, open: [] }]);
});

it('moves cursors with the last rows that changed any, and not without', async () => {
  const nowMs = Date.UTC(2030, 0);
  const move = (...experimentIds: string[]) => ({ experimentIds, nowMs });
  const at = async (): Promise<string[]> =>
    (await store.mirror.cursors('s')).map((it) => `${it.experimentId}: ${it.startMs} ${it.endMs}`);
  const loader = new Loader({ mirror: store.mirror, source: 's', batchBytes: 1 });
  await loader.flush(move('1'));
  expect(await at()).toEqual([]);
  await loader.add(page('a'));
  await loader.flush(move('1'));
  // None of the runs has ended.
  expect(await at()).toEqual([`1: 1 ${nowMs}`]);
  await new Loader({ mirror: store.mirror, source: 's' }).flush(move('1', '2'));
  const failing = new Loader({ mirror: store.mirror, source: 's' });
  await failing.add(Buffer.from('[{"info": {"run_id"'));
  await expect(failing.flush(move('1', '2'))).rejects.toMatchObject({ code: 'BAD_ANSWER' });
  expect(await at()).toHaveLength(1);
});

it('tells of a load that failed, and keeps telling', async () => {
  const loader = new Loader({ mirror: store.mirror, source: 's', batchBytes: 1 });
  await loader.add(Buffer.from('[{"info": {"run_id"'));
  await expect(loader.flush()).rejects.toMatchObject({ code: 'BAD_ANSWER' });
  await expect(loader.add(page('a'))).rejects.toMatchObject({ code: 'BAD_ANSWER' });
  expect(spooled()).toEqual([]);
  expect((await store.engine.query('select * from mirror.runs')).rows).toEqual([]);
});

it('reads a batch while the one before is written, and drops it when that fails', async () => {
  const { mirror, batches, letGo } = heldUp();
  const loader = new Loader({ mirror, source: 's', batchBytes: 1 });
  await loader.add(Buffer.from('[{"info": {"run_id"'));
  await loader.add(page('a'));
  expect(batches).toHaveLength(2);
  letGo();
  letGo();
  await expect(loader.flush()).rejects.toMatchObject({ code: 'BAD_ANSWER' });
  expect(spooled()).toEqual([]);
  expect((await store.engine.query('select * from mirror.runs')).rows).toEqual([]);
});

it('names the folder that it cannot write to', async () => {
  const mirror: Mirror = { ...store.mirror, spoolFolder: '/proc/none' };
  const loader = new Loader({ mirror, source: 's' });
  await expect(loader.add(page('a'))).rejects.toMatchObject({
    code: 'WRITE_FAILED',
    message: expect.stringContaining('/proc/none') as string,
  });
});
