import { afterEach, expect, it } from 'vitest';
import { syncSource } from '../../../src/ingest/sync.ts';
import { TrackingClient, type Transport } from '../../../src/mlflow/index.ts';
import { createRestSource } from '../../../src/sources/rest.ts';
import type { Store } from '../../../src/store/store.ts';
import { ModelServer } from '../../support/model-server.ts';
import type { ModelRun } from '../../support/model-run.ts';
import { openMirror, readTables } from '../../support/tables.ts';

let store: Store | undefined;
afterEach(() => store?.close());

/** As MLflow 1.30.1 answers to `run_id IN`, byte for byte. */
const REFUSAL =
  '{"error_code": "INVALID_PARAMETER_VALUE", "message": "Invalid clause(s) in filter string: ' +
  `'attributes.run_id', 'IN', '('abc')'"}`;

function oldTransport(server: ModelServer): Transport {
  const transport = server.transport();
  return {
    ...transport,
    send: (request) =>
      request.body?.includes('run_id IN') === true
        ? Promise.resolve({
            status: 400,
            contentType: 'application/json',
            location: undefined,
            retryAfter: undefined,
            body: Buffer.from(REFUSAL),
          })
        : transport.send(request),
  };
}

/** A run under way with what is hard to hand on exactly. */
const exact = (): Partial<ModelRun> => ({
  status: 'RUNNING',
  endTime: undefined,
  metrics: new Map([
    ['int64', { value: 0.1, step: 9_007_199_254_740_993n, timestamp: 9_007_199_254_740_995n }],
    ['special', { value: NaN, step: 0n, timestamp: 1n }],
  ]),
});

it('reads runs one by one from a server that knows no filter by their ids, exactly', async () => {
  store = await openMirror(':memory:');
  const server = new ModelServer();
  server.addExperiment('1');
  const ids = ['a', 'b', 'c'].map((letter) => letter.repeat(32)) as [string, string, string];
  for (const id of ids) server.addRun(id, exact());
  const client = new TrackingClient({ baseUrl: 'http://old', transport: oldTransport(server) });
  const source = createRestSource({ name: 'old', trackingUri: 'http://old', client });
  const { mirror } = store;
  await syncSource({ source, mirror });

  // Ended without an end, which no walk of a refresh meets; and gone for good.
  server.addRun(ids[0], { ...exact(), status: 'FINISHED' });
  server.runs.delete(ids[1]);
  const refreshed = await syncSource({ source, mirror });
  expect(refreshed.counts).toMatchObject({ updated: 1, removed: 0 });
  const swept = await syncSource({ source, mirror, mode: 'full' });
  expect(swept.counts).toMatchObject({ inserted: 0, updated: 0, removed: 1 });
  const mirrored = await readTables(store, 'old');
  for (const [table, rows] of server.tables()) expect(mirrored.get(table)).toEqual(rows);
});
