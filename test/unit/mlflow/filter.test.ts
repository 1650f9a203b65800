import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FilterError } from '../../../src/mlflow/filter-error.ts';
import { parseFilter } from '../../../src/mlflow/filter.ts';
import { parseOrderBy } from '../../../src/mlflow/order-by.ts';

/** What a real MLflow 3.18.0 server answered to each of these texts over HTTP. */
const recorded = JSON.parse(
  readFileSync(new URL('./search-answers.json', import.meta.url), 'utf8'),
) as {
  filters: { filter: string; status: number }[];
  orders: { order_by: string; status: number }[];
};

/** Taken by the server though nothing it stores can match: refused here, as parseFilter says. */
const STRICTER = new Set([
  'metrics._a$b > 0',
  'metrics.* > 0',
  "params.* = 'a'",
  'metrics.[a] > 0',
  'metrics.[a b] > 0',
  'metrics.a::int > 0',
  'metrics.f(x) > 0',
  'metrics.f (x) > 0',
  'metrics.tenth > ０',
  "run_id IN (r'a')",
  "params.´a b´ = 'x'",
  'params.lr = "a"."b"',
  'metrics.f(x)',
  'metrics.*',
  'metrics. DESC',
]);

const accepts = (parse: (text: string) => unknown, text: string): boolean => {
  try {
    parse(text);
    return true;
  } catch (error) {
    if (error instanceof FilterError) return false;
    throw error;
  }
};

describe('parseFilter beside the real server', () => {
  it.each(recorded.filters)('%j', ({ filter, status }) => {
    expect(accepts(parseFilter, filter)).toBe(status === 200 && !STRICTER.has(filter));
  });
});

describe('parseOrderBy beside the real server', () => {
  it.each(recorded.orders)('%j', ({ order_by, status }) => {
    expect(accepts(parseOrderBy, order_by)).toBe(status === 200 && !STRICTER.has(order_by));
  });
});

describe('the tree', () => {
  it('is empty for an empty filter', () => {
    expect(parseFilter('')).toEqual([]);
  });

  it('holds one comparison for each', () => {
    const text = `metrics.\`f1 score\` >= -.5e0 and param.lr like "1%" AND tags.mlflow.user != 'é'`;
    expect(() => parseFilter(text)).toThrow(FilterError);
    expect(parseFilter(text.replace('-.5e0', '-0.5e0'))).toEqual([
      { entity: 'metric', key: 'f1 score', op: '>=', value: -0.5 },
      { entity: 'param', key: 'lr', op: 'LIKE', value: '1%' },
      { entity: 'tag', key: 'mlflow.user', op: '!=', value: 'é' },
    ]);
  });

  it('knows aliases', () => {
    expect(parseFilter("Created > 1 AND run.`Run name` ILIKE 'a' AND status = 'FAILED'")).toEqual([
      { entity: 'attribute', key: 'start_time', op: '>', value: 1n },
      { entity: 'attribute', key: 'run_name', op: 'ILIKE', value: 'a' },
      { entity: 'attribute', key: 'status', op: '=', value: 'FAILED' },
    ]);
  });

  it('keeps times above 2^53 exact', () => {
    expect(parseFilter('start_time >= 9007199254740993 AND end_time < -1.5')).toEqual([
      { entity: 'attribute', key: 'start_time', op: '>=', value: 9007199254740993n },
      { entity: 'attribute', key: 'end_time', op: '<', value: -1.5 },
    ]);
  });

  it('reads lists as Python does, and plain texts as they stand', () => {
    expect(parseFilter(`run_id NOT  in ('a', "b" 'c', 'it\\'s\\n\\u0041',)`)).toEqual([
      { entity: 'attribute', key: 'run_id', op: 'NOT IN', value: ['a', 'bc', "it's\nA"] },
    ]);
    expect(parseFilter(`tags.a = 'it''s\\n'`)).toEqual([
      { entity: 'tag', key: 'a', op: '=', value: "it''s\\n" },
    ]);
  });

  it('tells missing from null', () => {
    expect(parseFilter('tags.a IS  NULL AND params.`b c` is not null')).toEqual([
      { entity: 'tag', key: 'a', op: 'IS NULL', value: null },
      { entity: 'param', key: 'b c', op: 'IS NOT NULL', value: null },
    ]);
  });

  it('knows datasets', () => {
    expect(parseFilter("dataset.name IN ('x') AND datasets.context = 'train'")).toEqual([
      { entity: 'dataset', key: 'name', op: 'IN', value: ['x'] },
      { entity: 'dataset', key: 'context', op: '=', value: 'train' },
    ]);
  });
});

describe('errors', () => {
  it.each([
    ['metrics.loss > 0 OR metrics.loss < 1', 20],
    ["metrics.loss > '0'", 15],
    ["  foo.bar = 'x'", 2],
    ["status = 'x' AND lifecycle_stage = 'active'", 17],
    ["params.lr > 'a'", 10],
    ["status IN ('a')", 7],
    ['start_time > 9223372036854775808', 13],
    ['run_id IN ()', 10],
    ['metrics.in > 1', 8],
    ["params.lr = 'a", 12],
  ])('%s is wrong at %i', (filter, offset) => {
    let thrown: unknown;
    try {
      parseFilter(filter);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(FilterError);
    expect(thrown).toMatchObject({ offset, field: 'filter', code: 'BAD_REQUEST' });
  });

  // In a time that grows with their length: with its square, this takes minutes.
  it.each([
    ["'\\'", false],
    ['"', true],
    ['`', false],
    ['((', false],
    ["''", true],
    ['a.', false],
    ['-', false],
    ["\\'", false],
  ])(
    'is through with a million of %s soon',
    (piece, accepted) => {
      expect(accepts(parseFilter, `tags.a = ${piece.repeat(1_000_000)}`)).toBe(accepted);
    },
    20_000,
  );
});
