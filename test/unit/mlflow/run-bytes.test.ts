import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { runIds, splitRuns } from '../../../src/mlflow/index.ts';

/** Reads like runs inside of a text. */
const NOTE = '[{"info": {"run_id": "c3"}}, {"info":{"run_id":"d4"}}]';

const written = (value: unknown, indent?: number): Buffer =>
  Buffer.from(JSON.stringify(value, null, indent));

const SPACINGS = [undefined, 1, 2];

it('finds the ids of a page without being misled by its values', () => {
  const page = [
    {
      info: { run_id: 'a1', experiment_id: '1' },
      data: {
        metrics: [{ key: 'm', value: 1, run_id: 'a1' }],
        params: [{ key: 'run_id', value: 'b2' }],
        tags: [{ key: 'note', value: NOTE }],
      },
    },
    { info: { run_id: 'e5', experiment_id: '1' } },
  ];
  for (const indent of SPACINGS) {
    expect([...runIds(written(page, indent))]).toEqual(['a1', 'a1', 'e5']);
  }
  expect([...runIds(undefined)]).toEqual([]);
});

it('cuts a page into its runs, however it is spaced and whatever its texts say', () => {
  const texts = fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1 });
  fc.assert(
    fc.property(texts, fc.constantFrom(...SPACINGS), (values, indent) => {
      const runs = values.map((value, index) => ({
        info: { run_id: `r${index}`, run_name: value },
        data: { tags: [value, `${value}},{"info":{`, NOTE].map((key) => ({ key, value })) },
      }));
      const split = splitRuns(written(runs, indent)) ?? [];
      expect(split.map(({ runId }) => runId)).toEqual(runs.map(({ info }) => info.run_id));
      expect(split.map(({ bytes }) => JSON.parse(bytes.toString()) as unknown)).toEqual(runs);
    }),
    { numRuns: 200 },
  );
});

it('leaves a page whole that holds anything else', () => {
  const run = { info: { run_id: 'a1' } };
  const pages = [
    [],
    [{ data: {}, info: { run_id: 'a1' } }],
    [{ info: { run_uuid: 'a1' } }],
    [{ info: { run_uuid: 'a1' } }, run],
    [run, { data: {}, info: { run_id: 'b2' } }],
    [{ ...run, inner: { info: { run_id: 'b2' } } }, run],
    [{ ...run, inner: [{ info: { run_id: 'b2' } }] }, run],
  ];
  for (const page of pages) expect(splitRuns(written(page))).toBeUndefined();
  const whole = written([run, { info: { run_id: 'b2' } }]).toString();
  expect(splitRuns(Buffer.from(whole))).toHaveLength(2);
  for (const broken of [whole.slice(0, -1), whole.replace('},{', '} {'), whole.replace('[', ' ')]) {
    expect(splitRuns(Buffer.from(broken))).toBeUndefined();
  }
});
