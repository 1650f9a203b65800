import { expect, it } from 'vitest';
import { syncSource } from '../../../src/ingest/sync.ts';
import { TrackingClient, type Transport } from '../../../src/mlflow/index.ts';
import { createRestSource } from '../../../src/sources/rest.ts';
import type { ModelRun } from '../../support/model-run.ts';
import { ModelServer } from '../../support/model-server.ts';
import { openMirror } from '../../support/tables.ts';

const NOW = 1_700_000_000_000;

function run(index: number, more: Partial<ModelRun>): ModelRun {
  return {
    runId: index.toString(16).padStart(32, '0'),
    experimentId: '1',
    userId: 'amara',
    status: 'FINISHED',
    startTime: BigInt(NOW + index),
    endTime: BigInt(NOW + 1_000 + index),
    deleted: false,
    metrics: new Map(),
    params: new Map(),
    tags: new Map(),
    ...more,
  };
}

/** A mirror in step with a server of these runs, and a refresh of it; `harm` stands between the two. */
async function mirrorOf(
  runs: ModelRun[],
  harm: (transport: Transport) => Transport = (transport) => transport,
) {
  const server = new ModelServer();
  const name = 'one';
  server.experiments.set('1', { id: '1', name, deleted: false, tags: new Map(), updatedMs: 0n });
  for (const one of runs) server.runs.set(one.runId, one);
  const store = await openMirror(':memory:');
  const client = new TrackingClient({
    baseUrl: 'http://model',
    transport: harm(server.transport()),
  });
  const source = createRestSource({ name, trackingUri: 'http://model', client });
  const refresh = () =>
    syncSource({ source, mirror: store.mirror, clock: { now: () => NOW + 5_000 }, pageSize: 2 });
  await refresh();
  return { server, store, refresh };
}

it('believes that no run ended late when the last to end has ended again, and earlier', async () => {
  const last = run(1, { endTime: BigInt(NOW + 3_000_000) });
  const { store, refresh } = await mirrorOf([last]);
  last.endTime = BigInt(NOW - 86_400_000);
  expect(await refresh()).toMatchObject({ status: 'completed' });
  await store.close();
});

it('believes that no run is under way when the last of a page ends before the next', async () => {
  const open = [1, 2, 3].map((index) => run(index, { status: 'RUNNING', endTime: undefined }));
  const { server, store, refresh } = await mirrorOf(open);
  let asked = 0;
  server.beforeAnswer = () => {
    asked += 1;
    // All end at each moment in turn; one of them is between the two pages of what is under way.
    if (asked === moment) for (const one of open) one.status = 'FINISHED';
  };
  let moment = 0;
  for (moment = 1; moment <= 12; moment++) {
    asked = 0;
    expect(await refresh()).toMatchObject({ status: 'completed' });
    for (const one of open) one.status = 'RUNNING';
  }
  await store.close();
});

it('asks again where no run came that must, and fails when it comes never', async () => {
  const one = run(1, {});
  let empty = 0;
  const harm = (transport: Transport): Transport => ({
    ...transport,
    async send(request) {
      const answer = await transport.send(request);
      const since = /(?:end|start)_time >=/.test(request.body ?? '');
      return since && empty-- > 0 ? { ...answer, body: Buffer.from('{}') } : answer;
    },
  });
  const { store, refresh } = await mirrorOf([one], harm);
  one.endTime = BigInt(NOW + 3_000);
  // Both questions, and one of them twice.
  empty = 3;
  expect(await refresh()).toMatchObject({ counts: { updated: 1 } });
  one.endTime = BigInt(NOW + 3_001);
  empty = Infinity;
  await expect(refresh()).rejects.toMatchObject({ code: 'BAD_ANSWER' });
  expect((await store.engine.query('select end_ms from mirror.runs')).rows).toEqual([
    [BigInt(NOW + 3_000)],
  ]);
  await store.close();
});
