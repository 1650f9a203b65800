import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DuckDbEngine } from '../../../src/engine/duckdb.ts';
import type { Value } from '../../../src/engine/engine.ts';
import { parseValue } from '../../../src/queries/parse-value.ts';
import { quoteIdentifier, select, type SelectOptions } from '../../../src/queries/select.ts';
import type { View } from '../../../src/queries/view.ts';

const view: View = {
  name: 'odd "view"',
  title: '',
  grain: '',
  file: '',
  sql: '',
  columns: [
    { name: 'id', type: 'int64', description: '' },
    { name: 'na"me', type: 'string', description: '' },
    { name: 'at', type: 'timestamp', description: '' },
    { name: 'on', type: 'date', description: '' },
    { name: 'value', type: 'double', description: '' },
  ],
};

let engine: DuckDbEngine;
beforeAll(async () => {
  engine = await DuckDbEngine.open({ path: ':memory:' });
  await engine.withConnection((connection) =>
    connection.run(`create view ${quoteIdentifier(view.name)} as
      select * from (values
        (9007199254740993, 'Ann', timestamp '2026-01-01', date '2026-01-01', 1.5::double),
        (2, 'bob''; drop', timestamp '2026-01-02', date '2026-01-02', 'nan'::double),
        (3, null, null, null, null)
      ) t(id, "na""me", "at", "on", value)`),
  );
});
afterAll(() => engine.close());

const ids = async (options: SelectOptions): Promise<Value[]> => {
  const { sql, values } = select(view, {
    columns: ['id'],
    orderBy: [{ column: 'id', direction: 'asc' }],
    ...options,
  });
  return (await engine.query(sql, values)).rows.map((row) => row[0] ?? null);
};
const BIG = 9007199254740993n;

describe('select', () => {
  it.each<[string, SelectOptions['where'], bigint[]]>([
    ['equals', [{ column: 'na"me', op: '=', value: "bob'; drop" }], [2n]],
    ['equals an int64 exactly', [{ column: 'id', op: '=', value: BIG }], [BIG]],
    ['equals null', [{ column: 'na"me', op: '=', value: null }], [3n]],
    ['differs, null included', [{ column: 'na"me', op: '!=', value: 'Ann' }], [2n, 3n]],
    ['is not null', [{ column: 'na"me', op: '!=', value: null }], [2n, BIG]],
    ['is one of', [{ column: 'na"me', op: 'in', value: ['Ann', null] }], [3n, BIG]],
    ['is one of none', [{ column: 'id', op: 'in', value: [] }], []],
    ['contains, whatever the case', [{ column: 'na"me', op: 'contains', value: 'AN' }], [BIG]],
    ['contains a percent sign', [{ column: 'na"me', op: 'contains', value: '%' }], []],
    ['is since', [{ column: 'at', op: '>=', value: new Date('2026-01-02') }], [2n]],
    ['is before', [{ column: 'on', op: '<', value: '2026-01-02' }], [BIG]],
    ['equals NaN', [{ column: 'value', op: '=', value: Number.NaN }], [2n]],
  ])('finds what %s', async (_, where = [], expected) => {
    expect(await ids({ where })).toEqual(expected);
  });

  it('compares a text with a number, and a number with digits, exactly', async () => {
    const digits = { ...view, name: 'digits', columns: view.columns.slice(0, 2) };
    await engine.withConnection((connection) =>
      connection.run(`create view digits as
        select * from (values (1, '42'), (9007199254740993, '987654321098765432'), (3, 'a word'))
          t(id, "na""me")`),
    );
    const found = async (column: string, value: string | number): Promise<Value[][]> => {
      const { sql, values } = select(digits, { where: [{ column, op: 'in', value: [value] }] });
      return (await engine.query(sql, values)).rows;
    };
    expect(await found('na"me', 42)).toEqual([[1n, '42']]);
    expect(await found('na"me', '987654321098765433')).toEqual([]);
    expect(await found('id', '9007199254740993')).toEqual([[BIG, '987654321098765432']]);
    expect(await found('id', '9007199254740992')).toEqual([]);
  });

  it('orders, nulls last, and cuts', async () => {
    const orderBy = [{ column: 'value', direction: 'desc' }] as const;
    expect(await ids({ orderBy })).toEqual([2n, BIG, 3n]);
    expect(await ids({ orderBy, limit: 1, offset: 1 })).toEqual([BIG]);
  });

  it('never puts a value into the text', () => {
    const { sql, values } = select(view, {
      where: [{ column: 'na"me', op: 'in', value: ['x', 'y'] }],
      limit: 5,
    });
    expect(sql).toBe(
      'select "id", "na""me", "at", "on", "value" from "odd ""view""" where ("na""me" in ($1, $2)) limit $3',
    );
    expect(values).toEqual(['x', 'y', 5n]);
  });

  it.each<SelectOptions>([
    { columns: ['nope'] },
    { where: [{ column: 'nope', op: '=', value: 1 }] },
    { orderBy: [{ column: 'nope', direction: 'asc' }] },
  ])('names the column that is not there: %j', (options) => {
    expect(() => select(view, options)).toThrow(
      expect.objectContaining({ code: 'BAD_REQUEST', field: 'nope' }),
    );
  });

  it.each([
    ['valu', 'valu: did you mean value?'],
    ['user id', '"user id"'],
  ])('says of %s which column may be meant, and which there are', (column, told) => {
    const message = `the view odd "view" has no column ${told}`;
    const hint = 'Columns: id, na"me, at, on, value.';
    expect(() => select(view, { columns: [column] })).toThrow(
      expect.objectContaining({ message, hint }),
    );
  });

  it('refuses a limit that is no count', () => {
    expect(() => select(view, { limit: -1 })).toThrow(expect.objectContaining({ field: 'limit' }));
  });
});

describe('parseValue', () => {
  const column = (type: View['columns'][number]['type']) => ({ name: 'c', description: '', type });
  it.each([
    ['string', ' 007 ', ' 007 '],
    ['int64', '9007199254740993', BIG],
    ['int64', '-9223372036854775808', -(2n ** 63n)],
    ['double', '-1e-3', -0.001],
    ['double', 'NaN', Number.NaN],
    ['double', '-Infinity', Number.NEGATIVE_INFINITY],
    ['boolean', 'false', false],
    ['timestamp', '2026-01-02', new Date('2026-01-02T00:00:00Z')],
    ['timestamp', '2026-01-02T03:04', new Date('2026-01-02T03:04:00Z')],
    ['timestamp', '2026-01-02T03:04:05+02:00', new Date('2026-01-02T01:04:05Z')],
    ['date', '2026-01-02', '2026-01-02'],
  ] as const)('reads %s %s', (type, text, value) => {
    expect(parseValue(column(type), text)).toEqual(value);
  });

  it.each([
    ['int64', '1.5'],
    ['int64', '9223372036854775808'],
    ['double', ''],
    ['double', 'abc'],
    ['boolean', 'yes'],
    ['timestamp', '2026-13-01'],
    ['timestamp', 'yesterday'],
    ['date', '2026-1-2'],
  ] as const)('refuses %s %j, naming the column', (type, text) => {
    expect(() => parseValue(column(type), text)).toThrow(
      expect.objectContaining({ code: 'BAD_REQUEST', field: 'c' }),
    );
  });
});
