import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Pace } from '../../../src/mlflow/index.ts';

async function took(pace: Pace, turns: number): Promise<number> {
  const began = performance.now();
  await Promise.all(Array.from({ length: turns }, () => pace.turn()));
  return performance.now() - began;
}

/** Whether so many turns come before any timer or event: what waits for none is not held up. */
function comeAtOnce(pace: Pace, turns: number): Promise<boolean> {
  const all = Promise.all(Array.from({ length: turns }, () => pace.turn()));
  return Promise.race([all.then(() => true), setImmediate(false)]);
}

it('holds nothing up without a limit', async () => {
  expect(await comeAtOnce(new Pace(), 1_000)).toBe(true);
});

it('keeps to so many requests a second, however many ask at once', async () => {
  expect(await took(new Pace(50), 11)).toBeGreaterThanOrEqual(195);
});

it('slows down once for refusals that come together, and eases again', async () => {
  const pace = new Pace(undefined, { firstGapMs: 40 });
  for (let refused = 0; refused < 8; refused++) pace.slowDown();
  // Doubled for each of them, the first space alone would be 5 s.
  expect(await took(pace, 4)).toBeGreaterThanOrEqual(115);
  for (let answer = 0; answer < 200; answer++) pace.answered();
  await pace.turn();
  expect(await comeAtOnce(pace, 1_000)).toBe(true);
});

it('never eases beyond the limit of the server', async () => {
  const pace = new Pace(50);
  for (let answer = 0; answer < 500; answer++) pace.answered();
  expect(await took(pace, 6)).toBeGreaterThanOrEqual(95);
});

it('lets go of who does not want to wait any more', async () => {
  const pace = new Pace(0.01);
  await pace.turn();
  await expect(pace.turn(AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' });
});
