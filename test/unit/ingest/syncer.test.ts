import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { Syncer } from '../../../src/ingest/syncer.ts';
import { RunlensError } from '../../../src/errors.ts';
import type { Logger } from '../../../src/log.ts';
import { TrackingClient } from '../../../src/mlflow/index.ts';
import type { Transport } from '../../../src/mlflow/transport.ts';
import { createRestSource } from '../../../src/sources/rest.ts';
import { Store } from '../../../src/store/store.ts';
import { ModelServer } from '../../support/model-server.ts';

let store: Store | undefined;
afterEach(() => store?.close());

async function syncerOf(server: Pick<ModelServer, 'transport'>, log?: Logger): Promise<Syncer> {
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

it('logs a sync that is told to stop as interrupted, not as failed', async () => {
  const asked = new EventTarget();
  const silent: Transport = {
    send: ({ signal }) =>
      new Promise((_, reject) => {
        signal?.addEventListener('abort', () => {
          reject(new RunlensError('CANCELLED', 'the request was cancelled'));
        });
        asked.dispatchEvent(new Event('asked'));
      }),
    close: () => Promise.resolve(),
  };
  const syncer = await syncerOf({ transport: () => silent });
  const reached = once(asked, 'asked');
  const ended = syncer.run();
  await reached;
  await syncer.stop();
  expect(await ended).toMatchObject([{ error: { code: 'CANCELLED' } }]);
  const logged = await store?.engine.query('select status from mirror.syncs');
  expect(logged?.rows).toEqual([['interrupted']]);
});
