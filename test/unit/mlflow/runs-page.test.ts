import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRunsPage } from '../../../src/mlflow/runs-page.ts';

interface Page {
  runs?: { info: Record<string, unknown> }[];
  next_page_token?: string;
}

/** Texts that look like the page around them. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom(
    ']}',
    '}]}',
    '"}]}',
    '}]}\n',
    '"start_time": 5',
    '{"info": {"start_time": 5}}',
    '"next_page_token"',
    '], "next_page_token": "x"}',
    '{"runs": [',
    'info',
    'start_time',
    '\\',
    '\\"',
  ),
);
const pairs = fc.array(fc.record({ key: text, value: text }), { maxLength: 3 });
const int64 = fc.integer({ min: -1, max: 2 ** 53 - 1 });

const info = fc.record(
  { run_id: fc.uuid(), start_time: int64, end_time: int64, run_name: text, start_time_note: text },
  { requiredKeys: ['run_id'] },
);
const run = fc.record(
  {
    info,
    data: fc.record({ tags: pairs, params: pairs }, { requiredKeys: [] }),
    inputs: fc.record({ dataset_inputs: fc.array(fc.record({ tags: pairs, dataset: info })) }),
    outputs: fc.record({ start_time: int64, model_outputs: pairs }, { requiredKeys: [] }),
  },
  { requiredKeys: ['info'] },
);
const page = fc.record(
  {
    runs: fc.array(run, { maxLength: 4 }),
    next_page_token: fc.oneof(fc.base64String({ maxLength: 20 }), text),
    newer_field: fc.oneof(pairs, text, info),
  },
  { requiredKeys: [] },
);

/** The same value, fields in another order at every level, spaced at will. */
const printed = fc
  .tuple(page, fc.constantFrom(0, 2, '\t', 'odd'), fc.boolean(), fc.nat())
  .map(([value, space, turned, seed]) => {
    const json: unknown = turned ? reordered(value, seed) : value;
    const body =
      space === 'odd'
        ? ` \r\n${JSON.stringify(json, undefined, 1).replaceAll('\n', '\r\n  ')} \n`
        : JSON.stringify(json, undefined, space);
    return { value: JSON.parse(body) as Page, body };
  });

function reordered(value: unknown, seed: number): unknown {
  if (Array.isArray(value)) return value.map((item) => reordered(item, seed + 1));
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([key, held]) => [key, reordered(held, seed + 1)]);
  const by = seed % Math.max(1, fields.length);
  return Object.fromEntries([...fields.slice(by), ...fields.slice(0, by)]) as unknown;
}

/** What a plain parse gives. */
function plain({ runs = [], next_page_token: token }: Page) {
  const starts = runs.map(({ info }) => info['start_time']).filter((time) => time !== undefined);
  return {
    runs: runs.length === 0 ? undefined : runs,
    nextPageToken: token === '' ? undefined : token,
    lastStartTime: starts.length === 0 ? undefined : BigInt(Number(starts.at(-1))),
  };
}

function read(body: string) {
  const { runs, nextPageToken, lastStartTime } = readRunsPage(Buffer.from(body));
  const parsed: unknown = runs === undefined ? undefined : JSON.parse(runs.toString());
  return { runs: parsed, nextPageToken, lastStartTime };
}

describe('a page of runs', () => {
  it('is cut as a plain parse would', () => {
    fc.assert(
      fc.property(printed, ({ value, body }) => {
        expect(read(body)).toEqual(plain(value));
      }),
      { numRuns: 3_000 },
    );
  });

  it('is refused when it is cut anywhere', () => {
    fc.assert(
      fc.property(printed, fc.double({ min: 0, max: 1, noNaN: true }), ({ body }, share) => {
        const whole = body.trimEnd();
        const cut = whole.slice(0, Math.floor(share * (whole.length - 1)));
        expect(() => readRunsPage(Buffer.from(cut))).toThrow(
          expect.objectContaining({ code: 'BAD_ANSWER' }),
        );
      }),
      { numRuns: 3_000 },
    );
  });

  it('keeps numbers beyond 2^53 as the server wrote them', () => {
    const one =
      '{"info": {"run_id": "a", "start_time": 9007199254740993}, "data": {"metrics": [{"value": -0.0}]}}';
    const { runs, lastStartTime } = readRunsPage(Buffer.from(`{"runs": [${one}]}`));
    expect(lastStartTime).toBe(9007199254740993n);
    expect(runs?.toString()).toBe(`[${one}]`);
    // In another order it is parsed, and printed again without a loss.
    const turned = readRunsPage(Buffer.from(`{"next_page_token": "t", "runs": [${one}]}`));
    expect(turned).toMatchObject({ nextPageToken: 't', lastStartTime: 9007199254740993n });
    expect(turned.runs?.toString()).toContain('9007199254740993');
    expect(turned.runs?.toString()).toContain('-0.0');
  });

  it.each(['{}', '{"runs": []}', '{"runs": [], "next_page_token": ""}'])('%s is empty', (body) => {
    expect(read(body)).toEqual({
      runs: undefined,
      nextPageToken: undefined,
      lastStartTime: undefined,
    });
  });

  it.each(['', 'null', '[]', '"x"', '{"runs": {}}', '<html></html>'])('refuses %j', (body) => {
    expect(() => readRunsPage(Buffer.from(body))).toThrow(
      expect.objectContaining({ code: 'BAD_ANSWER' }),
    );
  });
});
