import { afterAll, beforeAll, expect, it } from 'vitest';
import { readComparison } from '../../../src/web/compare-view.ts';
import { openRows, type OpenRows } from '../../support/fixture-rows.ts';

let mirror: OpenRows;
beforeAll(async () => {
  mirror = await openRows({
    sources: [{ source: 'default' }, { source: 'other' }],
    experiments: [
      { id: '1', name: 'one' },
      { source: 'other', id: '9', name: 'nine' },
    ],
    runs: [
      {
        id: 'a',
        metrics: { loss: 0.5, accuracy: Number.NaN, same: 1, inf: Infinity },
        params: { model: 'mlp', seed: '1', empty: '' },
      },
      {
        id: 'b',
        metrics: { loss: 0.25, accuracy: 0.5, same: 1, inf: 3 },
        params: { model: 'mlp', seed: '2' },
      },
      {
        id: 'c',
        metrics: { loss: 0.25, accuracy: 0.75, same: 1, alone: 7 },
        params: { model: 'mlp', seed: '1', empty: '' },
      },
      { source: 'other', experiment: '9', id: 'c' },
      { source: 'other', experiment: '9', id: 'd', metrics: { loss: 1 } },
    ],
  });
});
afterAll(() => mirror.store.close());

const read = (runIds: string[], source?: string) =>
  readComparison({ runIds, source, catalog: mirror.catalog, reader: mirror.engine });

it('parts what differs from what is the same; a param that is not there is none', async () => {
  const { differing, same } = await read(['b', 'a', 'c'], 'default');
  expect(differing).toEqual([
    { key: 'empty', values: [undefined, '', ''] },
    { key: 'seed', values: ['2', '1', '1'] },
  ]);
  expect(same.map((it) => it.key)).toEqual(['model']);
});

it('marks the best in the metric’s direction: equals share it, NaN never has it', async () => {
  const { metrics } = await read(['a', 'b', 'c'], 'default');
  expect(Object.fromEntries(metrics.map(({ key, best }) => [key, best]))).toEqual({
    accuracy: [false, false, true],
    alone: [false, false, false],
    inf: [true, false, false],
    loss: [false, true, true],
    same: [false, false, false],
  });
  expect(metrics.find((it) => it.key === 'loss')?.direction).toBe('minimize');
});

it('compares runs of two servers, each with the experiment of its own', async () => {
  const { experimentNames, metrics } = await read(['a', 'd']);
  expect(experimentNames).toEqual(['one', 'nine']);
  expect(metrics.find((it) => it.key === 'loss')?.values).toEqual([0.5, 1]);
});

it('asks which server, when two have the run', async () => {
  await expect(read(['a', 'c'])).rejects.toMatchObject({ code: 'BAD_REQUEST', field: 'source' });
});

it('tells runs of one name apart by what can be seen of them', async () => {
  await mirror.store.write(async (connection) => {
    await connection.run(`update mirror.runs set run_name = 'night' where run_id in ('a', 'b')`);
  });
  const { labels } = await read(['a', 'b', 'c'], 'default');
  expect(labels.slice(0, 2)).toEqual(['a · night', 'b · night']);
});
