import { expect, it } from 'vitest';
import { syncSource } from '../../../src/ingest/sync.ts';
import { TrackingClient, type Transport } from '../../../src/mlflow/index.ts';
import { createRestSource } from '../../../src/sources/rest.ts';
import type { ModelRun } from '../../support/model-run.ts';
import { ModelServer } from '../../support/model-server.ts';
import { openMirror } from '../../support/tables.ts';

const NOW = 1_700_000_000_000;

/**
 * A mirror in step with a server of so many runs, alike but for their times, and a refresh of it; `harm` stands
 * between the two.
 */
async function mirrorOf(
  count: number,
  change: Partial<ModelRun> = {},
  harm: (transport: Transport) => Transport = (transport) => transport,
) {
  const server = new ModelServer();
  server.addExperiment('1');
  const runs = Array.from({ length: count }, (_, index) =>
    server.addRun(index.toString(16).padStart(32, '0'), {
      startTime: BigInt(NOW + index),
      endTime: BigInt(NOW + 1_000 + index),
      ...change,
    }),
  );
  const store = await openMirror(':memory:');
  const client = new TrackingClient({
    baseUrl: 'http://model',
    transport: harm(server.transport()),
  });
  const source = createRestSource({ name: 'one', trackingUri: 'http://model', client });
  const refresh = () =>
    syncSource({ source, mirror: store.mirror, clock: { now: () => NOW + 5_000 }, pageSize: 2 });
  await refresh();
  return { server, runs, store, refresh };
}

it('believes that no run ended late when the last to end has ended again, and earlier', async () => {
  const { runs, store, refresh } = await mirrorOf(1, { endTime: BigInt(NOW + 3_000_000) });
  for (const last of runs) last.endTime = BigInt(NOW - 86_400_000);
  expect(await refresh()).toMatchObject({ status: 'completed' });
  await store.close();
});

it('believes that no run is under way when the last of a page ends before the next', async () => {
  const underWay = { status: 'RUNNING', endTime: undefined };
  const { server, runs: open, store, refresh } = await mirrorOf(3, underWay);
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
  let empty = 0;
  const harm = (transport: Transport): Transport => ({
    ...transport,
    async send(request) {
      const answer = await transport.send(request);
      const since = /(?:end|start)_time >=/.test(request.body ?? '');
      return since && empty-- > 0 ? { ...answer, body: Buffer.from('{}') } : answer;
    },
  });
  const { runs, store, refresh } = await mirrorOf(1, {}, harm);
  const endAt = (ms: number): void => runs.forEach((run) => (run.endTime = BigInt(ms)));
  endAt(NOW + 3_000);
  // Both questions, and one of them twice.
  empty = 3;
  expect(await refresh()).toMatchObject({ counts: { updated: 1 } });
  endAt(NOW + 3_001);
  empty = Infinity;
  await expect(refresh()).rejects.toMatchObject({ code: 'BAD_ANSWER' });
  expect((await store.engine.query('select end_ms from mirror.runs')).rows).toEqual([
    [BigInt(NOW + 3_000)],
  ]);
  await store.close();
});
