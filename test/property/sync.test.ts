import { expect, it } from 'vitest';
import { syncSource } from '../../src/ingest/sync.ts';
import { TrackingClient } from '../../src/mlflow/index.ts';
import { createRestSource } from '../../src/sources/rest.ts';
import type { Store } from '../../src/store/store.ts';
import { ModelServer } from '../support/model-server.ts';
import { ScheduleOfChanges } from '../support/schedule-of-changes.ts';
import { openMirror, readTables } from '../support/tables.ts';

/** RUNLENS_SEED repeats a run that went red. */
const SCHEDULES = Number(process.env['RUNLENS_SCHEDULES'] ?? 60);
const FIRST_SEED = Number(process.env['RUNLENS_SEED'] ?? Date.now() % 1_000_000);

/** Schedules a test and a mirror: a red run names a hundred, and no mirror grows old. */
const PER_TEST = 100;

/**
 * Changes come between any two answers of two syncs; then the server is quiet for two, so that the mirror
 * knows its answers by their bytes, and hardly so for one; then it is quiet for two more.
 */
async function runSchedule(store: Store, seed: number): Promise<void> {
  const server = new ModelServer();
  const changes = new ScheduleOfChanges(server, seed);
  for (let index = 0; index < 3; index++) changes.addExperiment();
  for (let index = 0; index < 12; index++) changes.step();
  const name = `s${seed}`;
  const clock = { now: () => changes.nowMs };
  const client = new TrackingClient({
    baseUrl: 'http://model',
    transport: server.transport(),
    clock,
  });
  const source = createRestSource({ name, trackingUri: 'http://model', client });
  const sync = (mode: 'incremental' | 'full') =>
    syncSource({ source, mirror: store.mirror, mode, clock, pageSize: 3, concurrency: 2 });

  server.beforeAnswer = () => {
    while (changes.chance(0.3)) changes.step();
  };
  await sync('incremental');
  await sync(changes.chance(0.3) ? 'full' : 'incremental');
  server.beforeAnswer = () => undefined;
  await sync('incremental');
  await sync('incremental');
  server.beforeAnswer = () => {
    if (changes.chance(0.1)) changes.step();
  };
  await sync('incremental');
  server.beforeAnswer = () => undefined;
  await sync('incremental');
  await sync('full');

  const mirrored = await readTables(store, name);
  for (const [table, rows] of server.tables()) {
    expect({ seed, table, rows: mirrored.get(table) }).toEqual({ seed, table, rows });
    mirrored.delete(table);
  }
  expect({ seed, rows: [...mirrored.values()].flat() }).toEqual({ seed, rows: [] });
  await store.mirror.removeExperiments(name, await store.mirror.experimentIds(name));
}

const firsts = Array.from(
  { length: Math.ceil(SCHEDULES / PER_TEST) },
  (_, part) => FIRST_SEED + part * PER_TEST,
);

it.each(firsts)(
  'converges after random schedules from seed %i',
  async (first) => {
    const store = await openMirror(':memory:');
    try {
      const count = Math.min(PER_TEST, FIRST_SEED + SCHEDULES - first);
      for (let seed = first; seed < first + count; seed++) {
        await runSchedule(store, seed).catch((error: unknown) => {
          throw new Error(`RUNLENS_SEED=${seed} RUNLENS_SCHEDULES=1`, { cause: error });
        });
      }
      expect(store.state().sources).toHaveLength(count);
    } finally {
      await store.close();
    }
  },
  300_000,
);
