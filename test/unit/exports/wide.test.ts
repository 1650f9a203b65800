import { tableFromIPC, type Table } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExportRequest } from '../../../src/exports/export.ts';
import { exportBytes, openRows, type OpenRows, type RunRow } from '../../support/fixture-rows.ts';

const LONG = 'a text that is longer than the twelve bytes kept in place 🚀'.repeat(3);

const RUNS: RunRow[] = [
  {
    id: 'old',
    start: '2026-03-01T00:00:00.123Z',
    end: '2026-03-01T01:00:00.456Z',
    metrics: { loss: 0.5, 'µ/größe': -0 },
    params: { lr: '0.1', empty: '', text: LONG },
    tags: { 'mlflow.user': 'ann' },
  },
  {
    id: 'new',
    start: '2026-03-03T00:00:00Z',
    status: 'RUNNING',
    metrics: { loss: Number.NaN, best: Number.POSITIVE_INFINITY },
    params: { lr: 'exactly 12 b' },
    tags: { note: '"quoted",\r\n</script>', 'mlflow.user': 'bob' },
  },
  { id: 'b', start: '2026-03-02T00:00:00Z', user: 'bob', status: 'FAILED' },
  { id: 'a', start: '2026-03-02T00:00:00Z', end: '2026-03-02T00:00:01Z' },
  { id: 'gone', deleted: true, metrics: { secret: 1 } },
  { id: 'lost', experiment: '2', metrics: { secret: 2 } },
];

let mirror: OpenRows;
beforeAll(async () => {
  mirror = await openRows({
    sources: [{ source: 'default', lastSync: '2026-03-11T00:00:00Z' }],
    experiments: [
      { id: '1', name: 'one' },
      { id: '2', name: 'two', deleted: true },
    ],
    runs: RUNS,
  });
});
afterAll(() => mirror.store.close());

const read = async (request?: Partial<ExportRequest>, from = mirror): Promise<Table> =>
  tableFromIPC(await exportBytes(from, request));
const cells = (table: Table, name: string): unknown[] =>
  Array.from({ length: table.numRows }, (_, row) => table.getChild(name)?.get(row) as unknown);
const names = (table: Table): string[] => table.schema.fields.map((field) => field.name);

describe('the runs frame', () => {
  it('has the fixed columns, then metrics, params and tags by name, with their types', async () => {
    const table = await read();
    expect(table.schema.fields.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'run_id Utf8',
      'experiment_id Utf8',
      'status Utf8',
      'artifact_uri Utf8',
      'start_time Timestamp<MICROSECOND, UTC>',
      'end_time Timestamp<MICROSECOND, UTC>',
      'metrics.best Float64',
      'metrics.loss Float64',
      'metrics.µ/größe Float64',
      'params.empty Utf8',
      'params.lr Utf8',
      'params.text Utf8',
      'tags.mlflow.user Utf8',
      'tags.note Utf8',
    ]);
  });

  it.each(['arrow', 'arrows'] as const)('comes newest first, exact, as %s', async (format) => {
    const table = await read({ format });
    expect(cells(table, 'run_id')).toEqual(['new', 'a', 'b', 'old']);
    expect(cells(table, 'metrics.loss')).toEqual([Number.NaN, null, null, 0.5]);
    expect(cells(table, 'metrics.best')).toEqual([Number.POSITIVE_INFINITY, null, null, null]);
    expect(cells(table, 'metrics.µ/größe')).toEqual([null, null, null, -0]);
    expect(cells(table, 'params.empty')).toEqual([null, null, null, '']);
    expect(cells(table, 'params.lr')).toEqual(['exactly 12 b', null, null, '0.1']);
    expect(cells(table, 'params.text')).toEqual([null, null, null, LONG]);
    expect(cells(table, 'tags.note')).toEqual(['"quoted",\r\n</script>', null, null, null]);
    expect(table.getChild('end_time')?.nullCount).toBe(2);
    const started = table.getChild('start_time')?.toArray() as BigInt64Array | undefined;
    expect(started?.at(-1)).toBe(1772323200123000n);
  });

  it('says what it is and of when in its schema', async () => {
    const table = await read({ filter: 'metrics.loss < 1' });
    expect(JSON.parse(table.schema.metadata.get('runlens') ?? '')).toMatchObject({
      frame: 'runs',
      choice: { filter: 'metrics.loss < 1' },
      rows: table.numRows,
      data_version: mirror.store.state().dataVersion,
      as_of: '2026-03-11T00:00:00.000Z',
      sources: [{ source: 'default', last_sync_at: '2026-03-11T00:00:00.000Z' }],
      runlens_version: '1',
    });
  });

  it('takes end times that no run has as pandas does', async () => {
    const table = await read({ status: ['RUNNING'] });
    expect(String(table.schema.fields[5]?.type)).toBe('Timestamp<SECOND>');
    expect(table.getChild('end_time')?.nullCount).toBe(1);
  });

  it('is six empty columns of numbers without runs, as pandas makes them', async () => {
    const table = await read({ user: ['nobody'] });
    expect(table.numRows).toBe(0);
    expect(table.schema.fields.map(({ type }) => String(type))).toEqual(
      Array.from({ length: 6 }, () => 'Float64'),
    );
  });

  it('chooses columns by globs', async () => {
    const table = await read({ columns: ['run_id', 'metrics.*s', '*_time'] });
    expect(names(table)).toEqual(['run_id', 'start_time', 'end_time', 'metrics.loss']);
    expect(cells(table, 'metrics.loss')).toEqual([Number.NaN, null, null, 0.5]);
  });

  it.each<[string, Partial<ExportRequest>, string[]]>([
    ['since', { since: new Date('2026-03-02T00:00:00Z') }, ['new', 'a', 'b']],
    ['until', { until: new Date('2026-03-02T00:00:00Z') }, ['old']],
    ['status', { status: ['FAILED', 'RUNNING'] }, ['new', 'b']],
    ['user', { user: ['bob'] }, ['b']],
    ['an experiment by name', { experiments: ['two'] }, ['lost']],
    ['an experiment by id', { experiments: ['1'] }, ['new', 'a', 'b', 'old']],
    ['deleted runs', { viewType: 'deleted' }, ['gone']],
    ['all runs', { viewType: 'all' }, ['new', 'gone', 'a', 'b', 'old']],
    ['a source', { source: 'default' }, ['new', 'a', 'b', 'old']],
    ['a filter above NaN', { filter: 'metrics.loss > -1' }, ['old']],
    ['a filter that NaN is unequal to', { filter: 'metrics.loss != 0.5' }, ['new']],
    ['a filter of what is missing', { filter: 'params.lr IS NULL' }, ['a', 'b']],
    ['a filter by start', { filter: 'attributes.start_time >= 1772409600000' }, ['new', 'a', 'b']],
    ['a filter', { filter: `params.lr = '0.1' and tags.\`mlflow.user\` like 'a%'` }, ['old']],
  ])('chooses runs by %s', async (_, request, expected) => {
    const table = await read(request);
    const found = table.numRows === 0 ? [] : cells(table, 'run_id');
    expect(found).toHaveLength(expected.length);
    expect(found).toEqual(expect.arrayContaining(expected));
  });

  it('refuses a source that is not there', async () => {
    await expect(read({ source: 'other' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      field: 'source',
      hint: 'Sources: default.',
    });
  });

  it('refuses an experiment that is not there', async () => {
    await expect(read({ experiments: ['three'] })).rejects.toMatchObject({
      code: 'EXPERIMENT_NOT_FOUND',
      field: 'experiment',
    });
  });

  it('tells the sources apart when there are several', async () => {
    const both = await openRows({
      sources: [{ source: 'a' }, { source: 'b' }],
      experiments: [
        { source: 'a', id: '1', name: 'one' },
        { source: 'b', id: '1', name: 'one' },
      ],
      runs: ['a', 'b'].map((source) => ({ source, id: 'same', metrics: { [source]: 1 } })),
    });
    const table = await read({}, both);
    expect(names(table)[0]).toBe('source');
    expect(cells(table, 'source')).toEqual(['a', 'b']);
    expect(cells(table, 'metrics.b')).toEqual([null, 1]);
    const one = await read({ source: 'b' }, both);
    expect(names(one)).not.toContain('source');
    expect(names(one)).not.toContain('metrics.a');
    await both.store.close();
  });
});
