import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBPreparedStatement, timestampValue } from '@duckdb/node-api';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { DuckDbEngine } from '../../../src/engine/duckdb.ts';

const folder = mkdtempSync(join(tmpdir(), 'runlens-engine-'));
const opened: DuckDbEngine[] = [];

async function open(path = ':memory:', memoryLimit?: string): Promise<DuckDbEngine> {
  const engine = await DuckDbEngine.open({ path, ...(memoryLimit && { memoryLimit }) });
  opened.push(engine);
  return engine;
}

afterEach(async () => {
  for (const engine of opened.splice(0)) await engine.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

const FAILS_LATE = `
select case when i = 900000 then cast('x' || i as integer) else i end as value
from range(1000000) t(i)`;

it('throws when a query fails after its first rows, and never gives some of them as all', async () => {
  const engine = await open();
  await expect(engine.query(FAILS_LATE, [], { maxRows: 2_000_000 })).rejects.toMatchObject({
    code: 'QUERY_FAILED',
  });
});

it('streams all rows of one state, and lends nothing to who does not read them', async () => {
  const engine = await open();
  const sql = 'select i from range(5000) t(i) where i >= $1';
  const { columns, chunks } = await engine.stream(sql, [1000n]);
  expect(columns).toEqual([{ name: 'i', type: 'int64' }]);
  let sum = 0n;
  for await (const chunk of chunks) {
    for (const value of chunk.columns[0] ?? []) sum += value as bigint;
  }
  expect(sum).toBe((4999n * 5000n - 999n * 1000n) / 2n);
  const unread = await Promise.all(Array.from({ length: 50 }, () => engine.stream(sql, [0n])));
  expect(unread).toHaveLength(50);
  await engine.close();
});

it('interrupts a query that takes too long, and works on', async () => {
  const engine = await open();
  const endless = 'select sum(sin(a.i) * b.j) from range(1000000) a(i), range(1000000) b(j)';
  await expect(engine.query(endless, [], { timeoutMs: 50 })).rejects.toMatchObject({
    code: 'QUERY_TIMEOUT',
  });
  const stop = new AbortController();
  const running = engine.query(endless, [], { signal: stop.signal });
  stop.abort();
  await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
  expect((await engine.query('select 1 as one')).rows).toEqual([[1n]]);
});

it('says that memory was short, which is no mistake in the query', async () => {
  const engine = await open(':memory:', '40MB');
  const greedy = `select list(repeat('x', 100) || i) from range(3000000) t(i)`;
  await expect(engine.query(greedy)).rejects.toMatchObject({
    code: 'OUT_OF_MEMORY',
    status: 503,
    hint: expect.stringContaining('memory_limit') as string,
  });
  expect((await engine.query('select 1')).rows).toHaveLength(1);
});

it('says when the row limit cut a result', async () => {
  const engine = await open();
  const cut = await engine.query('select * from range(10)', [], { maxRows: 4 });
  expect(cut).toMatchObject({ truncated: true });
  expect(cut.rows).toHaveLength(4);
  const whole = await engine.query('select * from range(4)', [], { maxRows: 4 });
  expect(whole).toMatchObject({ truncated: false });
});

it('keeps special values exact, bound and read', async () => {
  const engine = await open();
  const values = [9007199254740993n, -0, NaN, -Infinity, '', "'; drop table x; --", null, true];
  const sql = 'select $1, $2, $3, $4, $5, $6, $7, $8';
  expect((await engine.query(sql, values)).rows).toEqual([values]);
  const at = new Date(1_700_000_000_123);
  expect((await engine.query('select $1', [at])).rows).toEqual([[1_700_000_000_123n]]);
});

it('reads several statements of one state while a writer goes on', async () => {
  const engine = await open(join(folder, 'snapshot.duckdb'));
  await engine.withConnection((c) => c.run('create table t as select 1 as x'));
  const counts = await engine.snapshot(async (reader) => {
    const before = await reader.query('select count(*) from t');
    await engine.withConnection((c) => c.run('insert into t values (2)'));
    const after = await reader.query('select count(*) from t');
    return [before.rows, after.rows];
  });
  expect(counts).toEqual([[[1n]], [[1n]]]);
  expect((await engine.query('select count(*) from t')).rows).toEqual([[2n]]);
});

it('takes a file of any name, also one that is named like a schema', async () => {
  const engine = await open(join(folder, "mirror'.main.duckdb"));
  await engine.withConnection((c) => c.run('create schema mirror; create table mirror.t (x int)'));
  expect((await engine.query('select * from mirror.t')).rows).toEqual([]);
});

it('refuses a second instance on one file, whatever the path says', async () => {
  const path = join(folder, 'once.duckdb');
  const engine = await open(path);
  const same = join(folder, '.', 'sub', '..', 'once.duckdb');
  await expect(open(same)).rejects.toMatchObject({ code: 'DATABASE_LOCKED' });
  await engine.close();
  await expect(open(same)).resolves.toBeInstanceOf(DuckDbEngine);
});

it('says what is wrong with a file that is no database', async () => {
  const path = join(folder, 'text.duckdb');
  writeFileSync(path, 'this is no database, just some text that is long enough to be read');
  await expect(open(path)).rejects.toMatchObject({ code: 'DATABASE_UNUSABLE' });
});

it('says that a file is damaged, and that it is but a copy', async () => {
  const path = join(folder, 'damaged.duckdb');
  const engine = await open(path);
  await engine.withConnection(async (connection) => {
    await connection.run('create table t as select hash(i) as h from range(500000) r(i)');
  });
  await engine.checkpoint();
  await engine.close();
  const file = readFileSync(path);
  // Behind the first of its blocks of 256 KiB, and before those that tell where all is.
  file.fill(7, 600_000, 700_000);
  writeFileSync(path, file);
  const damaged = await open(path);
  const sums = 'select bit_xor(h) from t';
  await expect(damaged.query(sums)).rejects.toMatchObject({
    code: 'DATABASE_UNUSABLE',
    hint: expect.stringContaining('delete it') as string,
  });
});

it("takes another engine's database for none, without looking for what could read it", async () => {
  const path = join(folder, 'mlflow.db');
  writeFileSync(path, `SQLite format 3\0${'\0'.repeat(8000)}`);
  await expect(open(path)).rejects.toMatchObject({
    code: 'DATABASE_UNUSABLE',
    message: expect.stringContaining('not a valid DuckDB database file') as string,
  });
});

it('names the bound on memory when it is none', async () => {
  await expect(
    DuckDbEngine.open({ path: ':memory:', memoryLimit: 'plenty' }),
  ).rejects.toMatchObject({
    code: 'BAD_CONFIG',
    field: 'memory_limit',
    message: expect.stringContaining("'plenty'") as string,
  });
});

it('lets SQL reach no file, network or setting', async () => {
  const engine = await open();
  for (const sql of [
    "select * from read_text('/etc/hostname')",
    `copy (select 1) to '${folder}/out.csv'`,
    `attach '${folder}/other.duckdb'`,
    'set enable_external_access = true',
    'install httpfs',
  ]) {
    await expect(engine.query(sql)).rejects.toMatchObject({ code: 'QUERY_FAILED' });
  }
});

it('leaves a processor to the event loop while much is loaded, and takes it back after the last load', async () => {
  const engine = await open();
  const threads = async (): Promise<number> => {
    const { rows } = await engine.query("select current_setting('threads')");
    return Number(rows[0]?.[0]);
  };
  const all = availableParallelism();
  const fewer = Math.max(1, all - 1);
  const seen = [await threads()];
  await engine.load(async () => {
    seen.push(await threads());
    await engine.load(async () => void seen.push(await threads()));
    seen.push(await threads());
  });
  seen.push(await threads());
  await expect(engine.load(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  seen.push(await threads());
  expect(seen).toEqual([all, fewer, fewer, fewer, all, all]);
});

it.each([
  ['without values', 'select name, count(*) from t group by name order by name', []],
  [
    'with values',
    'select name, count(*) from t where name >= $1 group by name order by name',
    [''],
  ],
])(
  'reads whole while longer texts come in between planning and reading, %s',
  async (_, sql, values) => {
    const engine = await open();
    await engine.withConnection(async (c) => {
      await c.run(`create table t as select 'a' || (i % 5) as name from range(300000) r(i)`);
    });
    const run = vi
      .spyOn(DuckDBPreparedStatement.prototype, 'run')
      .mockImplementationOnce(async function (this: DuckDBPreparedStatement) {
        await engine.withConnection((c) => c.run(`insert into t values (repeat('z', 40))`));
        return this.run();
      });
    const { rows } = await engine.query(sql, values);
    run.mockRestore();
    expect(rows.slice(0, 5)).toEqual([0, 1, 2, 3, 4].map((it) => [`a${it}`, 60_000n]));
    expect(rows.slice(5)).toEqual(values.length > 0 ? [['z'.repeat(40), 1n]] : []);
  },
);

it('reads every text and time as it is, in chunks of any make', async () => {
  const engine = await open();
  const texts = [
    '',
    'a',
    'a',
    null,
    'twelve bytes',
    'thirteen byte',
    'thirteen byte',
    '\ufeffmark',
  ];
  const more = [
    'a\0b',
    '名前名前名前名前',
    '🚀',
    null,
    null,
    'long '.repeat(400),
    'one more that is long',
  ];
  const all = [...texts, ...more];
  const expected = Array.from({ length: 5_000 }, (_, row) => [
    BigInt(row),
    all[(Math.floor(row / 2) * 7 + (row % 3)) % all.length],
    row % 3 === 0 ? null : BigInt(row - 2_500),
    row % 5 === 0 ? null : row % 7 === 0 ? NaN : row / 3,
  ]);
  await engine.withConnection(async (c) => {
    await c.run('create table t (no bigint, name varchar, moment timestamp, value double)');
    const appender = await c.createAppender('t');
    for (const [no, name, ms, value] of expected) {
      appender.appendBigInt(no as bigint);
      if (typeof name === 'string') appender.appendVarchar(name);
      else appender.appendNull();
      // A microsecond less than a whole one more: rounded down also before 1970.
      if (typeof ms === 'bigint') appender.appendTimestamp(timestampValue(ms * 1_000n + 999n));
      else appender.appendNull();
      if (typeof value === 'number') appender.appendDouble(value);
      else appender.appendNull();
      appender.endRow();
    }
    appender.closeSync();
  });
  for (const order of ['no', 'name nulls first, no', 'value desc, no']) {
    const { rows } = await engine.query(`select * from t order by ${order}`);
    expect(rows.toSorted(([a], [b]) => Number(a) - Number(b))).toEqual(expected);
  }
});
