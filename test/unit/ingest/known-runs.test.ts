import { afterEach, beforeEach, expect, it } from 'vitest';
import { KnownRuns } from '../../../src/ingest/known-runs.ts';
import { Loader } from '../../../src/ingest/loader.ts';
import type { Mirror, RunBatch, RunCounts } from '../../../src/ingest/mirror.ts';
import { syncSource } from '../../../src/ingest/sync.ts';
import { TrackingClient } from '../../../src/mlflow/index.ts';
import { createRestSource } from '../../../src/sources/rest.ts';
import { Store } from '../../../src/store/store.ts';
import { ModelServer } from '../../support/model-server.ts';

let store: Store;
beforeEach(async () => {
  store = await Store.open({ path: ':memory:' });
});
afterEach(() => store.close());

const run = (run_id: string, status = 'RUNNING') => ({
  info: { run_id, experiment_id: '1', status, start_time: 5 },
});
const page = (...runs: object[]): Buffer => Buffer.from(JSON.stringify(runs));

/** Loads pages as a refresh does. */
async function refresh(pages: Buffer[], source = 's'): Promise<RunCounts> {
  let told: RunCounts | undefined;
  const onLoaded = (counts: RunCounts): void => void (told = { ...counts });
  const loader = new Loader({ mirror: store.mirror, source, onLoaded });
  for (const one of pages) await loader.addNews(store.mirror.knownRuns(source).news(one));
  await loader.flush();
  expect(told).toEqual(loader.counts);
  return loader.counts;
}

/** Loads pages as a sweep does. */
async function sweep(pages: Buffer[]): Promise<RunCounts> {
  const loader = new Loader({ mirror: store.mirror, source: 's' });
  for (const one of pages) await loader.add(one);
  await loader.flush();
  return loader.counts;
}

/** Makes the mirror hold what no load would leave there: whether a load looked is then seen. */
const spoil = (): Promise<unknown> =>
  store.write((c) => c.run(`update mirror.runs set status = 'SPOILT', content_hash = 0`));

const statuses = async (): Promise<unknown[]> =>
  (await store.engine.query('select status from mirror.runs order by source, run_id')).rows.flat();

it('takes what is new in a page, and nothing of what it holds as its bytes are', () => {
  const known = new KnownRuns();
  const [a, b, c] = [run('a'), run('b'), run('c')];
  const first = known.news(page(a, b));
  expect(first).toMatchObject({ runIds: ['a', 'b'], known: [], runs: page(a, b) });
  // Read, but not loaded yet.
  expect(known.news(page(a, b)).known).toEqual([]);
  known.hold(first.digests ?? new Map());
  expect(known.news(page(c, b, a))).toMatchObject({
    runIds: ['c', 'b', 'a'],
    known: ['b', 'a'],
    runs: page(c),
  });
  expect(known.news(page(b, a))).toMatchObject({ known: ['b', 'a'], runs: undefined });
  const ended = run('b', 'FINISHED');
  expect(known.news(page(a, ended, c))).toMatchObject({ known: ['a'], runs: page(ended, c) });
  // It was the other just now: whether the mirror still holds it so is not known until it is loaded.
  expect(known.news(page(b))).toMatchObject({ known: [], runs: page(b) });
});

it('knows nothing any more after a page that cannot be cut into runs', () => {
  const known = new KnownRuns();
  known.hold(known.news(page(run('a'))).digests ?? new Map());
  const odd = page({ data: {}, ...run('b') });
  expect(known.news(odd)).toEqual({ runIds: ['b'], known: [], runs: odd, digests: undefined });
  expect(known.news(page(run('a'))).known).toEqual([]);
});

it('does not know a run of which there is news once more', () => {
  const known = new KnownRuns();
  const [first, second] = [page(run('a')), page(run('a', 'FAILED'))].map(
    (one) => known.news(one).digests ?? new Map(),
  ) as [Map<string, string>, Map<string, string>];
  known.hold(first);
  // What the mirror is about to hold is the second.
  expect(known.news(page(run('a'))).known).toEqual([]);
  known.hold(second);
  expect(known.news(page(run('a', 'FAILED'))).known).toEqual([]);
});

it('says nothing of a page with two runs of one id', () => {
  const known = new KnownRuns();
  const twice = page(run('a'), run('b'), run('a', 'FAILED'));
  expect(known.news(twice)).toEqual({
    runIds: ['a', 'b', 'a'],
    known: [],
    runs: twice,
    digests: undefined,
  });
});

it('keeps the runs met last when there are too many', () => {
  const known = new KnownRuns();
  const hold = (one: Buffer): void => known.hold(known.news(one).digests ?? new Map());
  const holdOthers = (count: number, name: string): void =>
    hold(page(...Array.from({ length: count }, (_, index) => run(`${name}${index}`))));
  hold(page(run('a')));
  for (const name of ['r', 's']) {
    holdOthers(99_999, name);
    expect(known.news(page(run('a'))).known).toEqual(['a']);
  }
  holdOthers(100_000, 't');
  expect(known.news(page(run('a'))).known).toEqual([]);
});

it('does not load what the mirror holds so, and counts it once', async () => {
  const pages = [page(run('a'), run('b')), page(run('b'), run('c'))];
  expect(await refresh(pages)).toEqual({ seen: 3, inserted: 3, updated: 0, unchanged: 0 });
  await spoil();
  expect(await refresh(pages)).toEqual({ seen: 3, inserted: 0, updated: 0, unchanged: 3 });
  expect(await statuses()).toEqual(['SPOILT', 'SPOILT', 'SPOILT']);
  const news = [page(run('a'), run('b', 'KILLED')), page(run('d'))];
  expect(await refresh(news)).toEqual({ seen: 3, inserted: 1, updated: 1, unchanged: 1 });
  expect(await statuses()).toEqual(['SPOILT', 'KILLED', 'SPOILT', 'RUNNING']);
});

it('loads a run that was met as it is held, and then otherwise', async () => {
  await refresh([page(run('a'))]);
  const pages = [page(run('a')), page(run('a', 'FINISHED'))];
  expect(await refresh(pages)).toEqual({ seen: 1, inserted: 0, updated: 1, unchanged: 0 });
  expect(await refresh(pages.toReversed())).toMatchObject({ seen: 1, updated: 1 });
  expect(await statuses()).toEqual(['RUNNING']);
});

it('counts a run once that comes as it is held, and then in a page that is not cut', async () => {
  await refresh([page(run('a'))]);
  const odd = page({ data: {}, ...run('a') });
  expect(await refresh([page(run('a')), odd])).toMatchObject({ seen: 1, unchanged: 1 });
});

it('loads all of it again when a sweep has changed any, or runs were removed', async () => {
  const pages = [page(run('a'), run('b'))];
  await refresh(pages);
  await sweep([page(run('b'))]);
  await spoil();
  expect(await refresh(pages)).toMatchObject({ updated: 0 });
  await sweep([page(run('b', 'FAILED'))]);
  expect(await refresh(pages)).toMatchObject({ updated: 2 });
  await store.mirror.removeRuns('s', ['b']);
  expect(await refresh(pages)).toMatchObject({ inserted: 1, unchanged: 1 });
  await store.mirror.removeExperiments('s', ['1']);
  expect(await refresh(pages)).toMatchObject({ inserted: 2 });
});

it('knows the runs of each source by itself, and none that failed to load', async () => {
  await refresh([page(run('a'))]);
  expect(await refresh([page(run('a'))], 'another')).toMatchObject({ inserted: 1 });
  const broken = Buffer.from(page(run('b')).toString().replace('"start_time":5', '"start_time":-'));
  await expect(refresh([broken])).rejects.toMatchObject({ code: 'BAD_ANSWER' });
  await expect(refresh([broken])).rejects.toMatchObject({ code: 'BAD_ANSWER' });
});

it('loads all of it while a sweep is under way, which asks whom it has met', async () => {
  const server = new ModelServer();
  const name = 'one';
  server.addExperiment('1');
  for (const letter of ['a', 'b']) {
    server.addRun(letter.repeat(32), { status: 'RUNNING', endTime: undefined });
  }
  const client = new TrackingClient({ baseUrl: 'http://model', transport: server.transport() });
  const source = createRestSource({ name, trackingUri: 'http://model', client });
  const batches: RunBatch[] = [];
  const mirror: Mirror = {
    ...store.mirror,
    loadRuns(batch) {
      batches.push(batch);
      return store.mirror.loadRuns(batch);
    },
  };
  for (let time = 0; time < 3; time++) await syncSource({ source, mirror });
  batches.length = 0;
  expect((await syncSource({ source, mirror })).counts).toMatchObject({ seen: 2, unchanged: 2 });
  expect(batches).toEqual([]);
  await store.mirror.beginSweep(name, ['1'], false);
  expect((await syncSource({ source, mirror })).counts).toMatchObject({ inserted: 0, updated: 0 });
  expect(batches[0]).toMatchObject({ positions: [] });
  expect(batches[0]?.files.length).toBeGreaterThan(0);
});
