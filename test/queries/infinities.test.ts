import { expect, it } from 'vitest';
import { openRows, viewRows } from '../support/fixture-rows.ts';

const MOST = Number.MAX_VALUE;

const byFirst = ([a]: unknown[], [b]: unknown[]): number => Number(a) - Number(b);

it('gives no step to an infinity, nor to the number that a SQL store keeps in its place', async () => {
  const values = [1, Infinity, 5, MOST, -MOST, NaN, -Infinity];
  const runs = values.map((loss, index) => ({ id: `r${index}`, metrics: { loss } }));
  const rows = await openRows({ runs });
  const steps = await viewRows(rows, 'metric_steps');
  await rows.store.close();
  expect(steps.map(({ low, high }) => [low, high]).sort(byFirst)).toEqual([
    [1, 1.1],
    [4.9, 5],
  ]);
});
