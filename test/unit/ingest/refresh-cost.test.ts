import { afterEach, expect, it } from 'vitest';
import { syncSource } from '../../../src/ingest/sync.ts';
import { TrackingClient } from '../../../src/mlflow/index.ts';
import { createRestSource } from '../../../src/sources/rest.ts';
import type { Store } from '../../../src/store/store.ts';
import { ModelServer } from '../../support/model-server.ts';
import { openMirror } from '../../support/tables.ts';

const NOW = 1_700_000_000_000;
const MINUTE = 60_000;

let store: Store | undefined;
afterEach(() => store?.close());

/** Five experiments with a run a minute, one that has been quiet for a year, one that never had a run. */
function busyServer(): ModelServer {
  const server = new ModelServer();
  for (let id = 1; id <= 7; id++) server.addExperiment(String(id));
  const add = (experimentId: number, index: number, start: number): void => {
    server.addRun(`${experimentId}${String(index).padStart(31, '0')}`, {
      experimentId: String(experimentId),
      startTime: BigInt(start),
      endTime: BigInt(start + 1000),
    });
  };
  for (let index = 0; index < 300; index++)
    add((index % 5) + 1, index, NOW - (300 - index) * MINUTE);
  for (let index = 0; index < 40; index++) add(6, index, NOW - 365 * 1440 * MINUTE);
  return server;
}

it('reads a handful of requests and the overlap alone when nothing changed', async () => {
  store = await openMirror(':memory:');
  const server = busyServer();
  const clock = { now: () => NOW };
  const client = new TrackingClient({
    baseUrl: 'http://model',
    transport: server.transport(),
    clock,
  });
  const source = createRestSource({ name: 'model', trackingUri: 'http://model', client });
  const { mirror } = store;

  const first = await syncSource({ source, mirror, clock });
  expect(first.counts).toMatchObject({ inserted: 340, updated: 0, removed: 0 });
  const quiet = await syncSource({ source, mirror, clock });
  expect(quiet.counts).toMatchObject({ inserted: 0, updated: 0, removed: 0 });
  // experiments, started, ended, running, scheduled.
  expect(quiet.requests).toBe(5);
  // Ten minutes of overlap at a run a minute.
  expect(quiet.counts.seen).toBeLessThanOrEqual(12);
  expect(quiet.counts.seen).toBeGreaterThan(0);
});

it('finds what began, ended and changed since, at the cost of those runs', async () => {
  store = await openMirror(':memory:');
  const server = busyServer();
  let now = NOW;
  const clock = { now: () => now };
  const client = new TrackingClient({
    baseUrl: 'http://model',
    transport: server.transport(),
    clock,
  });
  const source = createRestSource({ name: 'model', trackingUri: 'http://model', client });
  const { mirror } = store;
  await syncSource({ source, mirror, clock });

  now += 20_000;
  const [first] = server.runs.values();
  if (first === undefined) throw new Error('no run');
  server.addRun('a'.repeat(32), {
    startTime: BigInt(now),
    endTime: undefined,
    status: 'RUNNING',
  });
  first.status = 'RUNNING';
  const changed = await syncSource({ source, mirror, clock });
  expect(changed.counts).toMatchObject({ inserted: 1, updated: 1, removed: 0 });
  expect(changed.counts.seen).toBeLessThanOrEqual(14);
});

it('reads no more than the overlap again after a refresh that failed late', async () => {
  store = await openMirror(':memory:');
  const server = busyServer();
  let now = NOW;
  let failing = false;
  const clock = { now: () => now };
  const transport = server.transport();
  const client = new TrackingClient({
    baseUrl: 'http://model',
    transport: {
      ...transport,
      async send(request) {
        if (failing && /run_id IN/.test(request.body ?? '')) throw new Error('gone');
        return transport.send(request);
      },
    },
    clock,
  });
  const source = createRestSource({ name: 'model', trackingUri: 'http://model', client });
  const { mirror } = store;
  const refresh = () => syncSource({ source, mirror, clock });
  await refresh();
  // Held as open and met by no walk: it is asked for by its id, last of all.
  server.addRun('b'.repeat(32), { endTime: undefined });
  await syncSource({ source, mirror, clock, mode: 'full' });
  await refresh();
  for (let index = 0; index < 200; index++) {
    const startTime = BigInt(NOW + index * MINUTE);
    const runId = `c${String(index).padStart(31, '0')}`;
    server.addRun(runId, { startTime, endTime: startTime + 1000n });
  }
  now += 200 * MINUTE;
  await store.write((c) => c.run('update mirror.sources set last_sweep_at = $1', [BigInt(now)]));
  failing = true;
  await expect(refresh()).rejects.toThrow('gone');
  failing = false;
  expect((await refresh()).counts).toMatchObject({ inserted: 0, updated: 0 });
  expect((await refresh()).counts.seen).toBeLessThanOrEqual(12);
});
