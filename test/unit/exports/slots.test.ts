import { expect, it } from 'vitest';
import { ExportSlots } from '../../../src/exports/slots.ts';

it('lets no more than its number in, and the others in their order', async () => {
  const slots = new ExportSlots(2);
  const entered: number[] = [];
  const enter = async (who: number): Promise<() => void> => {
    const leave = await slots.take();
    entered.push(who);
    return leave;
  };
  const leaveFirst = await enter(1);
  await enter(2);
  const third = enter(3);
  const fourth = enter(4);
  await new Promise((turn) => setImmediate(turn));
  expect(entered).toEqual([1, 2]);
  leaveFirst();
  leaveFirst();
  const leaveThird = await third;
  expect(entered).toEqual([1, 2, 3]);
  leaveThird();
  await fourth;
  expect(entered).toEqual([1, 2, 3, 4]);
});

it('forgets one who leaves the line', async () => {
  const slots = new ExportSlots(1);
  const leave = await slots.take();
  const stop = new AbortController();
  const waiting = slots.take(stop.signal);
  stop.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
  leave();
  const again = await slots.take();
  expect(again).toBeTypeOf('function');
});

it('lets the line grow so long and no longer', async () => {
  const slots = new ExportSlots(1, 1);
  const leave = await slots.take();
  const waiting = slots.take();
  await expect(slots.take()).rejects.toMatchObject({ code: 'BUSY', status: 503 });
  leave();
  expect(await waiting).toBeTypeOf('function');
});
