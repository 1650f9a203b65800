import { expect, it, vi } from 'vitest';
import { nextRuns, schedule } from '../../../src/schedule/cron.ts';

it('runs a task each time, and is quiet once stopped', async () => {
  const task = vi.fn<() => Promise<void>>(() => Promise.resolve());
  const running = schedule('* * * * * *', task, () => undefined);
  expect(running.next()).toBeGreaterThan(Date.now() - 1);
  await vi.waitFor(() => expect(task).toHaveBeenCalledTimes(2), { timeout: 20_000 });
  running.stop();
  expect(running.next()).toBeNull();
});

it('goes on after a task that throws, and tells', async () => {
  const told = vi.fn<(error: unknown) => void>();
  const running = schedule('* * * * * *', () => Promise.reject(new Error('no')), told);
  await vi.waitFor(() => expect(told).toHaveBeenCalledTimes(2), { timeout: 20_000 });
  running.stop();
  expect(told.mock.calls[0]?.[0]).toMatchObject({ message: 'no' });
});

it('lets a task that takes long swallow the next', async () => {
  let begun = 0;
  const waiting: (() => void)[] = [];
  const running = schedule(
    '* * * * * *',
    () => {
      begun += 1;
      return new Promise((go) => waiting.push(go));
    },
    () => undefined,
  );
  await vi.waitFor(() => expect(begun).toBe(1), { timeout: 20_000 });
  const [first] = nextRuns('* * * * * *', 1);
  await vi.waitFor(() => expect(Date.now()).toBeGreaterThan((first ?? 0) + 300), {
    timeout: 20_000,
  });
  expect(begun).toBe(1);
  waiting.shift()?.();
  await vi.waitFor(() => expect(begun).toBe(2), { timeout: 20_000 });
  running.stop();
});

it('reads patterns in UTC', () => {
  for (const time of nextRuns('30 7 * * *', 3)) {
    expect(new Date(time).toISOString()).toMatch(/T07:30:00\.000Z$/);
  }
});

it.each(['', 'every day', '61 * * * *', '* * * * * * * *'])('refuses %j', (pattern) => {
  const refusal = expect.objectContaining({
    code: 'BAD_CONFIG',
    message: `refresh: '${pattern}' is no cron pattern`,
  }) as Error;
  const task = (): Promise<void> => Promise.resolve();
  expect(() => schedule(pattern, task, () => undefined)).toThrow(refusal);
  expect(() => nextRuns(pattern, 2)).toThrow(refusal);
});
