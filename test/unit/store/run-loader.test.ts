import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RunCounts } from '../../../src/ingest/mirror.ts';
import { Store } from '../../../src/store/store.ts';

let store: Store;
let pages = 0;
beforeEach(async () => {
  store = await Store.open({ path: ':memory:' });
});
afterEach(() => store.close());

const METRICS = [
  { key: 'acc', value: 0, timestamp: 1, step: 0 },
  { key: 'loss', value: 0.5, timestamp: 1, step: 0 },
];
const PARAMS = [
  { key: 'lr', value: '0.1' },
  { key: 'seed', value: '7' },
];
const INFO = { run_id: 'a', experiment_id: '1', status: 'FINISHED', start_time: 1 };

/** Loads one run as a server would send it; -0 as `-0.0`, which JSON.stringify loses. */
async function load(info: object, data: object): Promise<RunCounts> {
  const file = join(store.workFolder, `${pages++}.json`);
  const json = JSON.stringify([{ info, data }]).replaceAll('"-0"', '-0.0');
  await writeFile(file, json);
  return store.mirror.loadRuns({ source: 's', files: [file] });
}

it.each([
  ['the same', METRICS, PARAMS, 'unchanged'],
  ['the same in another order', METRICS.toReversed(), PARAMS.toReversed(), 'unchanged'],
  ['another value', METRICS, [PARAMS[0], { key: 'seed', value: '8' }], 'updated'],
  [
    'two values changed places',
    METRICS.map((metric, index) => ({ ...metric, value: METRICS[1 - index]?.value })),
    PARAMS,
    'updated',
  ],
  ['a zero turned negative', [{ ...METRICS[0], value: '-0' }, METRICS[1]], PARAMS, 'updated'],
  ['another step', [{ ...METRICS[0], step: 1 }, METRICS[1]], PARAMS, 'updated'],
  ['a param gone', METRICS, [PARAMS[0]], 'updated'],
  ['a param turned tag', METRICS, [PARAMS[0]], 'updated', [PARAMS[1]]],
])(
  'tells by its content whether a run changed: %s',
  async (_, metrics, params, what, tags = []) => {
    const first = await load(INFO, { metrics: METRICS, params: PARAMS, tags: [] });
    expect(first).toEqual({ seen: 1, inserted: 1, updated: 0, unchanged: 0 });
    const again = await load(INFO, { metrics, params, tags });
    expect(again).toEqual({ seen: 1, inserted: 0, updated: 0, unchanged: 0, [what]: 1 });
    expect(await held()).toEqual(sent({ metrics, params, tags }));
  },
);

it.each([
  ['metrics', { metrics: METRICS.slice(1) }],
  ['params', { params: PARAMS.slice(1) }],
  ['tags', { tags: [] }],
  ['status', { status: 'FAILED' }],
])(
  'writes anew the %s alone when they alone changed, and all of an older file',
  async (_, part) => {
    const first = { metrics: METRICS, params: PARAMS, tags: PARAMS, status: 'FINISHED' };
    const { status, ...data } = { ...first, ...part };
    for (const older of [false, true]) {
      await load(INFO, first);
      if (older) {
        await store.write((connection) =>
          connection.run(
            'update mirror.runs set metrics_hash = null, params_hash = null, tags_hash = null',
          ),
        );
      }
      expect(await load({ ...INFO, status }, data)).toMatchObject({ updated: 1 });
      expect(await held()).toEqual(sent(data));
      const { rows } = await store.engine.query('select status from mirror.runs');
      expect(rows).toEqual([[status]]);
    }
  },
);

interface Sent {
  metrics: unknown[];
  params: unknown[];
  tags: unknown[];
}

/** What of the run the tables hold, in the form of {@link sent}. */
async function held(): Promise<string[]> {
  const { rows } = await store.engine.query(`
    select 'metrics ' || key || ' ' || value || ' ' || logged_ms || ' ' || step from mirror.metrics
    union all select 'params ' || key || ' ' || value from mirror.params
    union all select 'tags ' || key || ' ' || value from mirror.tags`);
  return rows.map(([text]) => String(text)).sort();
}

/** Entries of an answer as lines; a zero as DuckDB writes a double. */
function sent(data: Sent): string[] {
  return Object.entries(data)
    .flatMap(([part, entries]) =>
      (entries as Record<string, string | number>[]).map(({ key, value, timestamp, step }) =>
        part === 'metrics'
          ? [part, key, Number(value) === 0 ? `${value}.0` : value, timestamp, step].join(' ')
          : [part, key, value].join(' '),
      ),
    )
    .sort();
}

it('says that memory was short, where the engine may take too little to read a page', async () => {
  await store.close();
  store = await Store.open({ path: ':memory:', memoryLimit: '20MB' });
  await expect(load(INFO, { metrics: METRICS, params: PARAMS, tags: [] })).rejects.toMatchObject({
    code: 'OUT_OF_MEMORY',
    hint: 'Raise memory_limit (RUNLENS_MEMORY_LIMIT).',
  });
});
