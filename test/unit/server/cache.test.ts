import { expect, it } from 'vitest';
import { BodyCache } from '../../../src/server/cache.ts';

const text = (body: string) => ({ body, type: 'text/plain' });

it('makes an answer once for all who ask while it is being made', async () => {
  const cache = new BodyCache();
  let made = 0;
  const make = async () => text(`made ${++made}`);
  const [a, b] = await Promise.all([cache.get('key', make), cache.get('key', make)]);
  expect([a.body, b.body, (await cache.get('key', make)).body]).toEqual([
    'made 1',
    'made 1',
    'made 1',
  ]);
});

it('keeps no failure', async () => {
  const cache = new BodyCache();
  await expect(cache.get('key', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect((await cache.get('key', async () => text('yes'))).body).toBe('yes');
});

it('drops the longest unused when it is full (invariant 12)', async () => {
  const cache = new BodyCache({ maxBytes: 450 });
  const made: string[] = [];
  const ask = (key: string) =>
    cache.get(key, async () => {
      made.push(key);
      return text('x'.repeat(80));
    });
  for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await ask(key);
  expect(made).toEqual(['a', 'b', 'c', 'b']);
});
