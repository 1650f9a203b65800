import { afterEach, expect, it } from 'vitest';
import { Syncer } from '../../../src/ingest/syncer.ts';
import type { Logger } from '../../../src/log.ts';
import { TrackingClient } from '../../../src/mlflow/index.ts';
import { createRestSource } from '../../../src/sources/rest.ts';
import { Store } from '../../../src/store/store.ts';
import { ModelServer } from '../../support/model-server.ts';

let store: Store | undefined;
afterEach(() => store?.close());

async function syncerOf(server: ModelServer, log?: Logger): Promise<Syncer> {
  store = await Store.open({ path: ':memory:' });
  const client = new TrackingClient({ baseUrl: 'http://model', transport: server.transport() });
  const source = createRestSource({ name: 'model', trackingUri: 'http://model', client });
  return new Syncer({
    sources: [{ source }],
    mirror: store.mirror,
    ...(log === undefined ? {} : { log }),
  });
}

it('tells of a sync as soon as it is asked for, until it has ended', async () => {
  const syncer = await syncerOf(new ModelServer());
  const ended = syncer.run();
  expect(syncer.current()).toEqual([
    { source: 'model', phase: 'experiments', experimentsDone: 0, experiments: 0, runs: 0 },
  ]);
  await ended;
  expect(syncer.current()).toEqual([]);
});

it('warns of a server that lists no experiments: it may be none of MLflow', async () => {
  const warnings: unknown[] = [];
  const log = { info: () => undefined, warn: (_: object, text: string) => warnings.push(text) };
  const syncer = await syncerOf(new ModelServer(), log as unknown as Logger);
  expect(await syncer.run()).toMatchObject([{ report: { experiments: 0 } }]);
  expect(warnings).toEqual(['http://model lists no experiments']);
});
