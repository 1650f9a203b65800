import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SyncOutcome } from '../../../src/ingest/mirror.ts';
import { Store } from '../../../src/store/store.ts';

let store: Store;
let now = 1_000;
beforeEach(async () => {
  now = 1_000;
  store = await Store.open({ path: ':memory:', clock: { now: () => now } });
});
afterEach(() => store.close());

const COMPLETED: SyncOutcome = {
  status: 'completed',
  requests: 7,
  retries: 2,
  counts: { seen: 9, inserted: 1, updated: 3, unchanged: 5, removed: 4 },
};
const FAILED: SyncOutcome = { ...COMPLETED, status: 'failed', error: 'SERVER_ERROR: busy' };

async function log() {
  const { rows, columns } = await store.engine.query('select * from mirror.syncs order by sync_id');
  return rows.map((row) =>
    Object.fromEntries(columns.map(({ name }, index) => [name, row[index] ?? null])),
  );
}

async function sync(source: string, outcome: SyncOutcome, uri = 'http://h'): Promise<bigint> {
  const id = await store.mirror.startSync(source, uri, 'incremental');
  now += 500;
  await store.mirror.finishSync(source, id, outcome);
  return id;
}

it('tells of each sync when, what came of it and why not', async () => {
  await sync('a', COMPLETED);
  await sync('a', FAILED);
  const counts = { requests: 7n, retries: 2n, runs_seen: 9n, inserted: 1n, updated: 3n };
  expect(await log()).toMatchObject([
    { sync_id: 1n, started_ms: 1000n, finished_ms: 1500n, status: 'completed', ...counts },
    { sync_id: 2n, started_ms: 1500n, status: 'failed', error: 'SERVER_ERROR: busy', ...counts },
  ]);
});

it('says of a sync whose end could not be written that it was interrupted, once another begins', async () => {
  await store.mirror.startSync('a', 'http://h', 'incremental');
  await store.mirror.startSync('b', 'http://b', 'incremental');
  await sync('a', COMPLETED);
  expect((await log()).map(({ source, status }) => [source, status])).toEqual([
    ['a', 'interrupted'],
    ['b', 'running'],
    ['a', 'completed'],
  ]);
});

it('keeps a bounded number of a source, the newest (invariant 12)', async () => {
  await store.write((connection) =>
    connection.run(
      `insert into mirror.syncs (sync_id, source, mode, started_ms, status)
       select i, case i % 2 when 0 then 'a' else 'b' end, 'incremental', i, 'completed'
       from range(1, 12001) t(i)`,
    ),
  );
  await sync('a', COMPLETED);
  const { rows } = await store.engine.query(
    `select source, min(sync_id), max(sync_id), count(*)
     from mirror.syncs group by source order by source`,
  );
  expect(rows).toEqual([
    ['a', 7002n, 12001n, 2501n],
    ['b', 1n, 11999n, 6000n],
  ]);
});

describe('the state that pages show', () => {
  const sources = () => store.state().sources;

  it('has the time of the last completed sync, and the error of a later one', async () => {
    await sync('a', COMPLETED);
    expect(sources()).toMatchObject([{ source: 'a', lastSyncAt: 1500, error: null }]);
    await sync('a', FAILED);
    expect(sources()).toMatchObject([{ lastSyncAt: 1500, error: 'SERVER_ERROR: busy' }]);
    await sync('a', COMPLETED);
    expect(sources()).toMatchObject([{ lastSyncAt: 2500, error: null }]);
  });

  it('is as old as the oldest source, and of no time before all are there', async () => {
    await sync('a', COMPLETED);
    await sync('b', FAILED, 'http://b');
    expect(store.state().asOf).toBeNull();
    await sync('b', COMPLETED, 'http://b');
    expect(store.state().asOf).toBe(1500);
  });
});

it('refuses to mirror another server under the name of one', async () => {
  await sync('a', COMPLETED);
  await expect(sync('a', COMPLETED, 'http://other')).rejects.toMatchObject({
    code: 'SOURCE_CHANGED',
    message: "the database mirrors http://h as 'a', not http://other",
  });
  await sync('b', COMPLETED, 'http://other');
  expect(await log()).toHaveLength(2);
});

it('forgets at the next start a source from which nothing ever came', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'runlens-sources-'));
  const open = () => Store.open({ path: join(folder, 'mirror.duckdb') });
  await store.close();
  store = await open();
  await sync('slip', FAILED, 'http://slip');
  await sync('empty', COMPLETED);
  await sync('begun', FAILED);
  await store.write((connection) =>
    connection.run(
      `insert into mirror.experiments (source, experiment_id, name, lifecycle_stage, content_hash)
       values ('begun', '1', 'one', 'active', 0)`,
    ),
  );
  await store.close();
  store = await open();
  expect(store.state().sources.map(({ source }) => source)).toEqual(['begun', 'empty']);
  await sync('slip', COMPLETED, 'http://right');
  await expect(sync('begun', COMPLETED, 'http://other')).rejects.toMatchObject({
    code: 'SOURCE_CHANGED',
  });
  await rm(folder, { recursive: true });
});
