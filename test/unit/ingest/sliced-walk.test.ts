import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { syncSource } from '../../../src/ingest/sync.ts';
import { TrackingClient, type Transport } from '../../../src/mlflow/index.ts';
import { createRestSource } from '../../../src/sources/rest.ts';
import type { Store } from '../../../src/store/store.ts';
import { ModelServer } from '../../support/model-server.ts';
import { openMirror, readTables } from '../../support/tables.ts';

const NOW = 1_700_000_000_000;
const RUNS = 120;
let server: ModelServer;
let store: Store;
/** Runs in answers to walks so far, requests at once at the most, and when the server dies. */
let read: number;
let most: number;
let answersLeft: number;

beforeEach(async () => {
  server = new ModelServer();
  store = await openMirror(':memory:');
  [read, most, answersLeft] = [0, 0, Infinity];
  server.addExperiment('1');
  for (let index = 0; index < RUNS; index++) {
    server.addRun(index.toString(16).padStart(32, '0'), {
      // Bursts: half of the runs in the last hundredth of the time, some at the same moment.
      startTime: BigInt(index < RUNS / 2 ? NOW + index * 1_000 : NOW + 6_000_000 + (index >> 2)),
      endTime: BigInt(NOW + 7_000_000),
    });
  }
});
afterEach(() => store.close());

/** The model's transport, which takes a while to answer, and counts. */
function counting(inner: Transport): Transport {
  let now = 0;
  return {
    async send(request) {
      if (answersLeft-- <= 0) throw new Error('the machine is off');
      most = Math.max(most, ++now);
      await new Promise((done) => setImmediate(done));
      const answer = await inner.send(request);
      now -= 1;
      const { runs = [] } = JSON.parse(answer.body.toString()) as { runs?: unknown[] };
      if (runs.length > 1) read += runs.length;
      return answer;
    },
    close: () => inner.close(),
  };
}

function sync(concurrency: number) {
  const transport = counting(server.transport());
  const client = new TrackingClient({ baseUrl: 'http://model', transport });
  const source = createRestSource({ name: 's', trackingUri: 'http://model', client });
  return syncSource({
    source,
    mirror: store.mirror,
    clock: { now: () => NOW + 8_000_000 },
    pageSize: 5,
    concurrency,
  });
}

async function expectEqual(): Promise<void> {
  const mirrored = await readTables(store, 's');
  expect(mirrored.get('runs')).toEqual(server.tables().get('runs'));
}

it('walks one large experiment with all who have nothing else to do', async () => {
  const { counts } = await sync(4);
  expect(counts).toMatchObject({ inserted: RUNS });
  expect(most).toBeGreaterThan(1);
  await expectEqual();
});

it('walks it alone when it has one worker, and then reads next to nothing twice', async () => {
  await sync(1);
  expect(most).toBe(1);
  // A page begins with the runs of the moment that the last one ended in.
  expect(read).toBeLessThan(RUNS * 2);
  await expectEqual();
});

it('keeps what it had read when it breaks off, and goes on in every slice (invariant 2)', async () => {
  answersLeft = 20;
  await expect(sync(4)).rejects.toThrow('the machine is off');
  expect(readdirSync(store.mirror.spoolFolder)).toEqual([]);
  const [position] = await store.mirror.sweepPositions('s');
  expect(position?.open.length).toBeGreaterThan(1);
  const before = (await readTables(store, 's')).get('runs')?.length ?? 0;
  expect(before).toBeGreaterThan(20);

  answersLeft = Infinity;
  read = 0;
  const { counts } = await sync(4);
  expect(counts.inserted).toBe(RUNS - before);
  expect(read).toBeLessThan(2 * (RUNS - before) + 60);
  await expectEqual();
});
