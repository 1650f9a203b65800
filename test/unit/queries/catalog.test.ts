import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { packagePath } from '../../../src/paths.ts';
import { openCatalog } from '../../../src/queries/catalog.ts';
import { Store } from '../../../src/store/store.ts';

let store: Store;
let folder: string;
beforeEach(async () => {
  store = await Store.open({ path: ':memory:' });
  folder = await mkdtemp(join(tmpdir(), 'runlens-queries-'));
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const write = (name: string, sql: string, columns = ['n']) =>
  writeFile(
    join(folder, `${name}.sql`),
    [
      `-- name: ${name}`,
      '-- title: T',
      '-- grain: g',
      '-- columns:',
      ...columns.map((column) => `--   ${column}: a column`),
      sql,
    ].join('\n'),
  );
const open = () => openCatalog({ store, folders: [folder] });

it('installs views that use each other, whatever their order', async () => {
  await write('a', 'select n + 1 as n from b');
  await write('b', 'select n * 2 as n from c');
  await write('c', 'select 20 as n');
  const catalog = await open();
  expect(catalog.list().map((view) => view.name)).toEqual(['a', 'b', 'c']);
  expect((await store.engine.query('select n from a')).rows).toEqual([[41n]]);
});

it('describes the columns by what the engine gives', async () => {
  await write('a', `select 1.5::double as n, 'x' as text, timestamp '2026-01-01' as at`, [
    'n',
    'text',
    'at',
  ]);
  const catalog = await open();
  expect(catalog.get('a')?.columns).toEqual([
    { name: 'n', description: 'a column', type: 'double' },
    { name: 'text', description: 'a column', type: 'string' },
    { name: 'at', description: 'a column', type: 'timestamp' },
  ]);
  expect(catalog.get('b')).toBeUndefined();
});

it.each([
  ['an unknown column', 'select\n  missing as n\nfrom runs_of', ['n'], 8, 'runs_of'],
  ['a syntax error', 'selec 1 as n', ['n'], 6, 'syntax error'],
  ['a column the header lacks', 'select 1 as n, 2 as m', ['n'], 1, 'lacks column m'],
  ['a column the query lacks', 'select 1 as n', ['n', 'm'], 6, 'no column m'],
  ['two statements', 'select 1 as n; drop schema mirror', ['n'], 6, 'more than one'],
])('refuses %s, with its place', async (_, sql, columns, line, message) => {
  await write('a', sql, columns);
  await expect(open()).rejects.toMatchObject({
    code: 'BAD_QUERY_FILE',
    message: expect.stringMatching(new RegExp(`a\\.sql:${line}: .*${message}`)),
  });
});

it('names the broken file, not the ones that need it', async () => {
  await write('a', 'select n from b');
  await write('b', 'select wrong as n');
  await expect(open()).rejects.toThrow(/b\.sql:6: .*wrong/);
});

it('keeps the last good views when a reload fails, and drops those that are gone', async () => {
  await write('a', 'select 1 as n');
  await write('b', 'select 2 as n');
  const catalog = await open();
  await write('b', 'select oops as n');
  await expect(catalog.reload()).rejects.toThrow('oops');
  expect((await store.engine.query('select n from b')).rows).toEqual([[2n]]);
  expect(catalog.list()).toHaveLength(2);
  await rm(join(folder, 'b.sql'));
  await catalog.reload();
  await expect(store.engine.query('select n from b')).rejects.toThrow('b does not exist');
  expect(catalog.list().map((view) => view.name)).toEqual(['a']);
});

it('installs the shipped views, each column with its meaning', async () => {
  const catalog = await openCatalog({ store, folders: [packagePath('queries')] });
  const names = catalog.list().map((view) => view.name);
  expect(names).toEqual(
    expect.arrayContaining(['runs', 'metric_trends', 'total_runs', 'runs_per_user', 'leaderboard']),
  );
  const silent = catalog.list().flatMap((view) => view.columns.filter((it) => !it.description));
  expect(silent).toEqual([]);
});
