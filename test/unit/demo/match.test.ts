import { describe, expect, it } from 'vitest';
import { matches } from '../../../src/demo/match.ts';
import { inOrder } from '../../../src/demo/order.ts';
import { readRun } from '../../../src/demo/run.ts';
import { parseFilter } from '../../../src/mlflow/filter.ts';
import { parseOrderBy } from '../../../src/mlflow/order-by.ts';

/** Printed as a page prints a run: `readRun` takes exact times from the lines. */
function run(id: string, more: { start?: string; end?: string; data?: object; inputs?: object }) {
  const { start = '5', end, data = {}, inputs = {} } = more;
  return readRun(
    [
      '    {\n      "info": {',
      `        "run_id": "${id}",\n        "experiment_id": "1",\n        "user_id": "zoë",`,
      `        "status": "FINISHED",\n        "start_time": ${start},`,
      ...(end === undefined ? [] : [`        "end_time": ${end},`]),
      '        "lifecycle_stage": "active"\n      },',
      `      "data": ${JSON.stringify(data)},\n      "inputs": ${JSON.stringify(inputs)}\n    }`,
    ].join('\n'),
  );
}

const metrics = (value: number | string) => ({ data: { metrics: [{ key: 'm', value }] } });
const params = (value: string) => ({ data: { params: [{ key: 'p', value }] } });
const holds = (filter: string, of: Parameters<typeof run>[1]): boolean =>
  matches(parseFilter(filter))(run('a', of));

/** Each as a 3.18.0 server on SQLite answers it. */
describe('a filter', () => {
  it('takes NaN as unequal to all, and in no order', () => {
    expect(holds('metrics.m != 0', metrics('NaN'))).toBe(true);
    for (const op of ['=', '<', '<=', '>', '>=']) {
      expect(holds(`metrics.m ${op} 0`, metrics('NaN'))).toBe(false);
    }
  });

  it('never holds for what is missing', () => {
    expect(holds('metrics.m != 0', {})).toBe(false);
    expect(holds("params.p != 'x'", {})).toBe(false);
    expect(holds('end_time != 0', {})).toBe(false);
    expect(holds('params.p IS NULL AND tags.t IS NULL', {})).toBe(true);
    expect(holds('params.p IS NOT NULL', params(''))).toBe(true);
  });

  it('compares times above 2^53 exactly, and with fractions', () => {
    const of = { start: '9007199254740993' };
    expect(holds('start_time = 9007199254740993', of)).toBe(true);
    expect(holds('start_time = 9007199254740992', of)).toBe(false);
    expect(holds('start_time > 9007199254740992', of)).toBe(true);
    expect(holds('start_time > 4.5 AND start_time < 5.5 AND start_time = 5', {})).toBe(true);
  });

  it('has LIKE mind case, and ILIKE only lower A to Z', () => {
    expect(holds("params.p LIKE 'a_c%'", params('abc.*\nd'))).toBe(true);
    expect(holds("params.p LIKE 'A%'", params('abc'))).toBe(false);
    expect(holds("params.p ILIKE 'A%'", params('abc'))).toBe(true);
    expect(holds("user_id ILIKE 'ZO%'", {})).toBe(true);
    expect(holds("user_id ILIKE 'ZOË'", {})).toBe(false);
    expect(holds("params.p LIKE '_'", params('🚀'))).toBe(true);
    expect(holds("params.p LIKE 'a.c'", params('abc'))).toBe(false);
  });

  it('holds for any dataset of the run', () => {
    const dataset = (name: string, value: string) => ({
      dataset: { name, digest: 'd' },
      tags: [{ key: 'mlflow.data.context', value }],
    });
    const of = { inputs: { dataset_inputs: [dataset('a', 'train'), dataset('b', 'eval')] } };
    expect(holds("dataset.name = 'a' AND dataset.context = 'eval'", of)).toBe(true);
    expect(holds("dataset.name != 'a'", of)).toBe(true);
    expect(holds("dataset.name IN ('c')", of)).toBe(false);
    expect(holds("dataset.name != 'a'", {})).toBe(false);
  });
});

describe('an order', () => {
  const ids = (...clauses: string[]): string =>
    inOrder(
      [
        run('d', {}),
        run('c', { ...metrics('NaN'), start: '6' }),
        run('b', metrics(1)),
        run('a', { ...metrics(2), end: '9' }),
      ],
      clauses.map(parseOrderBy),
    )
      .map(({ runId }) => runId)
      .join('');

  it('is newest first, then by id', () => {
    expect(ids()).toBe('cabd');
  });

  it('puts NaN behind numbers and what is missing last, in both directions', () => {
    expect(ids('metrics.m')).toBe('bacd');
    expect(ids('metrics.m DESC')).toBe('abcd');
    expect(ids('end_time DESC')[0]).toBe('a');
  });

  it('goes by code points, not by UTF-16 units', () => {
    const runs = [run('a', params('\u{10000}')), run('b', params('\uffff'))];
    expect(inOrder(runs, [parseOrderBy('params.p')]).map(({ runId }) => runId)).toEqual(['b', 'a']);
  });
});
