import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExportRequest } from '../../../src/exports/export.ts';
import { formatOf } from '../../../src/exports/formats.ts';
import { exportBytes, openRows, readParquet, type OpenRows } from '../../support/fixture-rows.ts';

let mirror: OpenRows;
beforeAll(async () => {
  mirror = await openRows({
    runs: [
      {
        id: 'r1',
        start: '2026-03-02T10:00:00.5Z',
        end: '2026-03-02T11:00:00Z',
        user: 'ann',
        metrics: { loss: 0.1, 'n a n': Number.NaN, inf: Number.NEGATIVE_INFINITY, zero: -0 },
        params: { empty: '', quote: 'a "b", c\r\nd' },
        tags: { __proto__x: '\ufeffé 🚀' },
      },
      { id: 'r2', start: '2026-03-01T00:00:00Z', status: 'RUNNING' },
    ],
  });
});
afterAll(() => mirror.store.close());

const text = async (request: Partial<ExportRequest>): Promise<string> =>
  (await exportBytes(mirror, request)).toString('utf8');

describe('CSV', () => {
  it('keeps null and the empty string apart, quotes, and writes times in ISO 8601', async () => {
    const columns = ['run_id', '*_time', 'metrics.*', 'params.*'];
    expect(await text({ format: 'csv', columns })).toBe(
      [
        'run_id,start_time,end_time,metrics.inf,metrics.loss,metrics.n a n,metrics.zero,params.empty,params.quote',
        'r1,2026-03-02T10:00:00.500Z,2026-03-02T11:00:00.000Z,-Infinity,0.1,NaN,-0.0,"","a ""b"", c\r\nd"',
        'r2,2026-03-01T00:00:00.000Z,,,,,,,',
        '',
      ].join('\r\n'),
    );
  });

  it('has its header line without rows', async () => {
    const csv = await text({ format: 'csv', user: ['nobody'] });
    expect(csv).toBe('run_id,experiment_id,status,artifact_uri,start_time,end_time\r\n');
  });
});

describe('JSON', () => {
  const columns = ['run_id', 'metrics.*', 'tags.*'];
  const rows = [
    {
      run_id: 'r1',
      'metrics.inf': '-Infinity',
      'metrics.loss': 0.1,
      'metrics.n a n': 'NaN',
      'metrics.zero': -0,
      'tags.__proto__x': '\ufeffé 🚀',
    },
    {
      run_id: 'r2',
      'metrics.inf': null,
      'metrics.loss': null,
      'metrics.n a n': null,
      'metrics.zero': null,
      'tags.__proto__x': null,
    },
  ];

  it('is an array of objects, or an object a line', async () => {
    expect(JSON.parse(await text({ format: 'json', columns }))).toEqual(rows);
    const lines = (await text({ format: 'ndjson', columns })).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(rows);
  });

  it('is an empty array without rows', async () => {
    expect(JSON.parse(await text({ format: 'json', user: ['nobody'] }))).toEqual([]);
    expect(await text({ format: 'ndjson', user: ['nobody'] })).toBe('');
  });

  it('keeps all digits of an int64', async () => {
    const statement = { sql: 'select $1::bigint as n', values: [2n ** 63n - 1n] };
    const json = await text({ format: 'ndjson', frame: 'panel:a/b', statement });
    expect(json).toBe('{"n":9223372036854775807}\n');
  });
});

describe('the nested frame', () => {
  it('has maps, in the columns of the Spark data source', async () => {
    const table = tableFromIPC(await exportBytes(mirror, { frame: 'runs-nested' }));
    expect(table.schema.fields.map((field) => field.name)).toEqual([
      'run_id',
      'experiment_id',
      'metrics',
      'params',
      'tags',
      'start_time',
      'end_time',
      'status',
      'artifact_uri',
    ]);
    expect(String(table.schema.fields[2]?.type)).toBe('Map<{key:Utf8, value:Float64}>');
    const [first, second] = (await text({ frame: 'runs-nested', format: 'ndjson' })).split('\n');
    expect(JSON.parse(first ?? '')).toMatchObject({
      run_id: 'r1',
      metrics: { inf: '-Infinity', loss: 0.1, 'n a n': 'NaN', zero: -0 },
      params: { empty: '', quote: 'a "b", c\r\nd' },
      tags: { __proto__x: '\ufeffé 🚀' },
      start_time: '2026-03-02T10:00:00.500Z',
    });
    expect(JSON.parse(second ?? '')).toMatchObject({ run_id: 'r2', metrics: {}, end_time: null });
  });

  it('comes as Parquet, too', async () => {
    const bytes = await exportBytes(mirror, { frame: 'runs-nested', format: 'parquet' });
    const { rows } = await readParquet(
      bytes,
      mirror,
      `run_id, metrics['loss'], cardinality(tags), params['empty']`,
    );
    expect(rows).toEqual([
      ['r1', 0.1, 1n, ''],
      ['r2', null, 0n, null],
    ]);
  });
});

describe('long frames and views', () => {
  it('have a row a metric, in the order of the runs', async () => {
    const csv = await text({ frame: 'metrics', format: 'csv' });
    expect(csv.split('\r\n')).toEqual([
      'source,run_id,key,value,step,logged_at',
      'default,r1,inf,-Infinity,0,1970-01-01T00:00:00.000Z',
      'default,r1,loss,0.1,0,1970-01-01T00:00:00.000Z',
      'default,r1,n a n,NaN,0,1970-01-01T00:00:00.000Z',
      'default,r1,zero,-0.0,0,1970-01-01T00:00:00.000Z',
      '',
    ]);
    expect(await text({ frame: 'tags', format: 'csv', user: ['nobody'] })).toBe(
      'source,run_id,key,value\r\n',
    );
  });

  it('follow the choice of runs', async () => {
    const lines = (await text({ frame: 'params', format: 'ndjson', status: ['RUNNING'] })).length;
    expect(lines).toBe(0);
    expect(await text({ frame: 'params', format: 'ndjson', user: ['ann'] })).toContain('"empty"');
  });

  it('give rows of a view, filtered and cut', async () => {
    const request: Partial<ExportRequest> = {
      frame: 'view:runs',
      format: 'ndjson',
      columns: ['run_id', 'start_time'],
      where: [{ column: 'user_name', op: '=', value: 'ann' }],
      limit: 10,
    };
    expect(await text(request)).toBe('{"run_id":"r1","start_time":"2026-03-02T10:00:00.500Z"}\n');
    expect(await text({ ...request, offset: 1 })).toBe('');
    expect(await text({ frame: 'experiments', format: 'csv', columns: ['name'] })).toBe(
      'name\r\none\r\n',
    );
  });

  it('give every type of column as Arrow', async () => {
    const statement = {
      sql: `select * from (values
        (1::tinyint, true, date '2026-01-02', timestamp '2026-01-02 03:04:05', 1.5::decimal(5,2), [1, 2]),
        (null, null, null, null, null, null)) t(i, b, d, t, n, l)`,
      values: [],
    };
    const bytes = await exportBytes(mirror, { frame: 'panel:a/b', statement });
    const table = tableFromIPC(bytes);
    expect(table.schema.fields.map(({ type }) => String(type))).toEqual([
      'Int64',
      'Bool',
      'Date32<DAY>',
      'Timestamp<MICROSECOND, UTC>',
      'Float64',
      'Utf8',
    ]);
    expect(await text({ frame: 'panel:a/b', format: 'ndjson', statement })).toBe(
      '{"i":1,"b":true,"d":"2026-01-02","t":"2026-01-02T03:04:05.000Z","n":1.5,"l":"[1, 2]"}\n' +
        '{"i":null,"b":null,"d":null,"t":null,"n":null,"l":null}\n',
    );
  });

  it('refuse a frame or a view that is not there', async () => {
    await expect(text({ frame: 'nope' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(text({ frame: 'view:nope' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('Parquet', () => {
  it('has the rows, their types and the manifest, and leaves nothing behind', async () => {
    const bytes = await exportBytes(mirror, { format: 'parquet' });
    const left = (await readdir(mirror.store.workFolder)).filter((it) => it.startsWith('parquet'));
    expect(left).toEqual([]);
    const { columns, rows } = await readParquet(
      bytes,
      mirror,
      'run_id, start_time, "metrics.loss", "params.empty"',
    );
    expect(columns.map((column) => column.type)).toEqual([
      'string',
      'timestamp',
      'double',
      'string',
    ]);
    expect(rows).toEqual([
      ['r1', BigInt(Date.parse('2026-03-02T10:00:00.5Z')), 0.1, ''],
      ['r2', BigInt(Date.parse('2026-03-01T00:00:00Z')), null, null],
    ]);
    const path = join(mirror.store.workFolder, 'read-back.parquet');
    const kept = await mirror.engine.query(
      'select decode(value) from parquet_kv_metadata($1) where decode(key) = $2',
      [path, 'runlens'],
    );
    expect(JSON.parse(String(kept.rows[0]?.[0]))).toMatchObject({ frame: 'runs', rows: 2 });
  });
});

it.each([
  ['runs.arrow', 'arrow'],
  ['a.b.PARQUET', 'parquet'],
  ['x.ndjson', 'ndjson'],
])('takes the format of %s from its suffix', (name, format) => {
  expect(formatOf(name)).toBe(format);
});

it('refuses a suffix it does not know', () => {
  expect(() => formatOf('runs.xlsx')).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }));
});
