import { expect, it } from 'vitest';
import { chunked, forEachOf } from '../../../src/ingest/pool.ts';

const turn = () => new Promise<void>((done) => setImmediate(done));

it('works on so many at once, on each once', async () => {
  let now = 0;
  let most = 0;
  const done: number[] = [];
  await forEachOf([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
    most = Math.max(most, ++now);
    await turn();
    now -= 1;
    done.push(item);
  });
  expect(most).toBe(3);
  expect(done.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

it('begins nothing after a failure, waits for what is under way, and throws the first', async () => {
  const begun: number[] = [];
  const ended: number[] = [];
  const working = forEachOf([1, 2, 3, 4, 5], 2, async (item) => {
    begun.push(item);
    if (item === 1) throw new Error('one');
    await turn();
    ended.push(item);
    throw new Error('two');
  });
  await expect(working).rejects.toThrow('one');
  expect([begun, ended]).toEqual([[1, 2], [2]]);
});

it('has nothing to do with no items', async () => {
  await forEachOf([], 4, () => Promise.reject(new Error('never')));
  expect(chunked([], 3)).toEqual([]);
});

it('cuts into parts', () => {
  expect(chunked([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
});
