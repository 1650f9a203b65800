import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  findExperiments,
  listExperiments,
  type WantedExperiment,
} from '../../../src/ingest/scope.ts';
import { DEFAULT_RETRY, TrackingClient } from '../../../src/mlflow/index.ts';
import { createRestSource } from '../../../src/sources/rest.ts';
import type { Source } from '../../../src/sources/source.ts';
import { ModelServer } from '../../support/model-server.ts';

let server: ModelServer;
let source: Source;
let asked: number;
beforeEach(() => {
  server = new ModelServer();
  asked = 0;
  server.beforeAnswer = () => void (asked += 1);
  for (const [id, name, deleted] of [
    ['1', 'fraud', false],
    ['2', '1', false],
    ['900719925474099301', 'old', true],
  ] as const) {
    server.addExperiment(id, name, { deleted });
  }
  const client = new TrackingClient({
    baseUrl: 'http://model',
    transport: server.transport(),
    retry: { ...DEFAULT_RETRY, maxRetries: 0 },
  });
  source = createRestSource({ name: 'default', trackingUri: 'http://model', client });
});
afterEach(() => source.close());

const find = async (...wanted: WantedExperiment[]) =>
  (await findExperiments(source, wanted, undefined)).map((found) => found.experiment_id);

describe('the experiments of a sync', () => {
  it('are all, deleted ones included', async () => {
    expect((await listExperiments(source, undefined)).map(({ name }) => name).sort()).toEqual([
      '1',
      'fraud',
      'old',
    ]);
    expect(asked).toBe(1);
  });

  it('are none only when the server says so twice', async () => {
    server.experiments.clear();
    expect(await listExperiments(source, undefined)).toEqual([]);
    expect(asked).toBe(2);
  });

  it('are those named, each once, by name before id', async () => {
    expect(await find('fraud')).toEqual(['1']);
    expect(await find('1')).toEqual(['2']);
    expect(await find('2')).toEqual(['2']);
    expect(await find('900719925474099301', 'old', 'fraud')).toEqual(['900719925474099301', '1']);
  });

  it.each(['nobody', '77', 'FRAUD'])('must be there: %s', async (name) => {
    await expect(find('fraud', name)).rejects.toMatchObject({
      code: 'EXPERIMENT_NOT_FOUND',
      field: 'experiment',
      message: `http://model has no experiment '${name}'`,
    });
  });

  it('are one, if a name and an id say the same', async () => {
    expect(await find({ name: 'fraud', id: '1' })).toEqual(['1']);
    await expect(find({ name: 'fraud', id: '2' })).rejects.toMatchObject({
      code: 'BAD_CONFIG',
      field: 'MLFLOW_EXPERIMENT_ID',
      exitCode: 2,
    });
  });
});
