import { expect, it } from 'vitest';
import { followPages } from '../../../src/mlflow/index.ts';

interface Page {
  items: number[];
  nextPageToken: string | undefined;
}

async function follow(pages: (token: string | undefined, asked: number) => Page) {
  const items: number[] = [];
  let asked = 0;
  const fetchPage = (token: string | undefined) => Promise.resolve(pages(token, asked++));
  for await (const page of followPages(fetchPage, ({ items }) => items.length === 0)) {
    items.push(...page.items);
  }
  return { items, asked };
}

it('follows the tokens to the end, over empty pages', async () => {
  const pages: Record<string, Page> = {
    '': { items: [1], nextPageToken: 'b' },
    b: { items: [], nextPageToken: 'c' },
    c: { items: [2, 3], nextPageToken: undefined },
  };
  const { items, asked } = await follow(
    (token = '') => pages[token] ?? { items: [], nextPageToken: undefined },
  );
  expect([items, asked]).toEqual([[1, 2, 3], 3]);
});

it.each([
  ['the same token again', () => 'a', 2],
  ['tokens in a circle', (asked: number) => 'abc'[asked % 3], 4],
])('ends %s', async (_, token, most) => {
  let asked = 0;
  const pages = follow((_token, index) => {
    asked = index + 1;
    return { items: [index], nextPageToken: token(index) };
  });
  await expect(pages).rejects.toMatchObject({ code: 'PAGING_STUCK' });
  expect(asked).toBe(most);
});

it('ends empty pages that never end, whatever their tokens', async () => {
  const pages = follow((_, index) => ({ items: [], nextPageToken: `t${index}` }));
  await expect(pages).rejects.toMatchObject({ code: 'PAGING_STUCK' });
});
