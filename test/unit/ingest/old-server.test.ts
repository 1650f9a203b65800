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

function run(runId: string, change: Partial<ModelRun> = {}): ModelRun {
  return {
    runId,
    experimentId: '1',
    userId: 'amara',
    status: 'RUNNING',
    startTime: 5n,
    endTime: undefined,
    deleted: false,
    metrics: new Map([
      ['int64', { value: 0.1, step: 9_007_199_254_740_993n, timestamp: 9_007_199_254_740_995n }],
      ['special', { value: NaN, step: 0n, timestamp: 1n }],
    ]),
    params: new Map(),
    tags: new Map(),
    ...change,
  };
}

it('reads runs one by one from a server that knows no filter by their ids, exactly', async () => {
  store = await openMirror(':memory:');
  const server = new ModelServer();
  server.experiments.set('1', {
    id: '1',
    name: 'one',
    deleted: false,
    tags: new Map(),
    updatedMs: 0n,
  });
  const ids = ['a', 'b', 'c'].map((letter) => letter.repeat(32)) as [string, string, string];
  for (const id of ids) server.runs.set(id, run(id));
  const client = new TrackingClient({ baseUrl: 'http://old', transport: oldTransport(server) });
  const source = createRestSource({ name: 'old', trackingUri: 'http://old', client });
  const { mirror } = store;
  await syncSource({ source, mirror });

  // Ended without an end, which no walk of a refresh meets; and gone for good.
  server.runs.set(ids[0], run(ids[0], { status: 'FINISHED' }));
  server.runs.delete(ids[1]);
  const refreshed = await syncSource({ source, mirror });
  expect(refreshed.counts).toMatchObject({ updated: 1, removed: 0 });
  const swept = await syncSource({ source, mirror, mode: 'full' });
  expect(swept.counts).toMatchObject({ inserted: 0, updated: 0, removed: 1 });
  const mirrored = await readTables(store, 'old');
  for (const [table, rows] of server.tables()) expect(mirrored.get(table)).toEqual(rows);
});
