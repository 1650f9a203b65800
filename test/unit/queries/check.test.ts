import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { packagePath } from '../../../src/paths.ts';
import { checkQueries } from '../../../src/queries/check.ts';
import { Store } from '../../../src/store/store.ts';

let store: Store;
let folder: string;
beforeAll(async () => {
  store = await Store.open({ path: ':memory:' });
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runlens-check-'));
});
afterEach(() => rm(folder, { recursive: true }));
afterAll(() => store.close());

const HEADER = ['-- title: T', '-- grain: g', '-- columns:'];

const write = (name: string, sql: string, columns = ['n']) => {
  const lines = columns.map((it) => `--   ${it}: a column`);
  const text = [`-- name: ${basename(name)}`, ...HEADER, ...lines, sql].join('\n');
  return writeFile(join(folder, `${name}.sql`), text);
};

async function check() {
  const checked = await checkQueries({ store, folders: [packagePath('queries'), folder] });
  return { ...checked, codes: checked.findings.map(({ line, code }) => `${line} ${code}`) };
}

describe('the SQL that two engines can run', () => {
  it.each([
    ["count(*) filter (where status = 'FAILED') as n from runs", /FILTER/],
    ["count(*) filter (where status = 'FAILED') over () as n from runs", /FILTER/],
    ['1 as n from runs qualify row_number() over (order by run_id) = 1', /QUALIFY/],
    ['* exclude (run_id) from (select run_id, 1 as n from runs) r', /EXCLUDE/],
    ['* replace (2 as n) from (select 1 as n) r', /REPLACE/],
    ["columns('n') from (select 1 as n) r", /COLUMNS/],
    ["cast('1' as hugeint) as n", /HUGEINT/],
    ["'1'::int as n", /cast\(… as …\)/],
    ['[1, 2] as n', /list_value/],
    ['[x for x in [1, 2]] as n', /list_apply/],
    ["{'a': 1} as n", /struct_pack/],
    ["map {'a': 1} as n", /map/],
    ['(list)[1] as n from (select list(run_id) as list from runs) r', /by \[ \]/],
    ['list_filter([1], lambda x: x > 0) as n', /lambdas/],
    ['count(*) / 2 as n from runs', /integers/],
    ['1 / 2 as n', /integers/],
    ['5 // 2 as n', /\/\//],
    ["run_id as n from runs where run_id ilike 'a'", /lower/],
    ["run_id as n from runs where run_id == 'a'", /write =/],
    ["strftime(start_time, '%Y') as n from runs", /strftime/],
    ["date_part('year', start_time) as n from runs", /extract/],
    ['start_time + interval 1 day as n from runs', /interval '1' day/],
    ['median(runs) as n from run_days', /approx_percentile/],
    ['max(run_id) as n from runs group by all', /GROUP BY ALL/],
    ['lower(run_id) as n from runs group by n', /alias/],
    ['run_id as n from runs order by all', /ORDER BY ALL/],
    ['distinct on (source) run_id as n from runs', /DISTINCT ON/],
    ['run_id as n from runs using sample 3', /samples/],
    ['run_id as n from runs tablesample 10%', /samples/],
    ['run_id as n from runs semi join tags using (run_id)', /SEMI/],
    ['run_id as n from runs natural join experiments', /NATURAL/],
    ['run_id as n from runs union all by name select run_id as n from runs', /BY NAME/],
    ['n from range(3) numbers(n)', /table functions/],
  ])('does not have: select %s', async (sql, message) => {
    await write('a', `select\n${sql}`);
    const { findings } = await check();
    const portable = findings.filter((it) => it.code === 'not-portable');
    expect(findings.filter((it) => it.code === 'sql-compile')).toEqual([]);
    expect(portable.map((it) => it.message).join('\n')).toMatch(message);
    expect(portable.map((it) => it.line)).toContain(7);
    expect(portable.every((it) => it.file === join(folder, 'a.sql'))).toBe(true);
  });

  it.each([
    "'[x for x in y] :: qualify filter (where' as n -- x::int, a[1], qualify",
    'cast(count(*) as double) / 2 as n from runs',
    'cast(1 as bigint) * 2.5 / 3.5 as n',
    'extract(year from start_time) as n from runs',
    "start_time + interval '1' day as n from runs",
    "case when status = 'FAILED' then 1 end as n from runs order by end_time nulls first",
    'row_number() over (partition by source order by run_id) as n from runs order by source, run_id',
    'approx_percentile(hours, 0.5) as n from active_runs',
    'lower(run_id) as n from runs group by lower(run_id)',
    'r.run_id as n from runs r left join tags t on t.run_id = r.run_id and t.source = r.source',
    'run_id as n from runs union all select experiment_id as n from experiments',
    "count_if(status is distinct from 'FAILED') as n from runs",
  ])('has: select %s', async (sql) => {
    await write('a', `select ${sql}`);
    expect((await check()).findings).toEqual([]);
  });

  it.each([
    'run_name as n from runs order by run_name',
    'run_id as n from runs order by 1',
    'rank() over (order by end_time) as n from runs',
  ])('warns of: select %s', async (sql) => {
    await write('a', `select\n${sql}`);
    expect((await check()).findings).toMatchObject([
      { severity: 'warning', code: 'nulls-order', line: 7 },
    ]);
  });
});

it('counts columns in letters, whatever the bytes before', async () => {
  await write('a', "select 'ünï🚀' as text, '1'::int as n", ['text', 'n']);
  const [found] = (await check()).findings;
  expect(found).toMatchObject({ line: 7, column: "select 'ünï🚀' as text, '1'".length + 1 });
});

it.each([
  ['run_no,\n  max(hours) as n\nfrom active_runs\ngroup by all', ['12:1']],
  [
    "'ü group by all' as n, max(hours) as m -- group by all\nfrom active_runs group  BY\n *",
    ['10:18'],
  ],
  [
    'source, max(n) as n from (\n select source, max(hours) as n from active_runs\n  group by all\n) r\ngroup by all',
    ['11:3', '13:1'],
  ],
])('places GROUP BY ALL where it is written: select %s', async (sql, places) => {
  await write('a', `select ${sql}`, ['run_no', 'n', 'm', 'source']);
  const { findings } = await check();
  const found = findings.filter((it) => it.message.includes('GROUP BY ALL'));
  expect(found.map(({ line, column }) => `${line}:${column}`).sort()).toEqual(places.sort());
});

it.each([
  ['\n\n-- A comment.\nselect *, count(*) as n from runs', 9],
  ['select n from runs\nwhere n = (select', 6],
  ['\nselect 1 as n;\nselect 2 as n', 7],
  ['select\n  run_id,\n  count(*) as n\nfrom runs', 7],
])(
  'places what the engine gives no place at the first line of the query: %j',
  async (sql, line) => {
    await write('a', sql);
    expect((await check()).findings).toMatchObject([{ line, code: 'sql-compile' }]);
  },
);

it('blames the view that does not compile, not those that use it', async () => {
  await write('a', 'select n from b');
  await write('b', 'select\n  oops as n\nfrom runs');
  await write('c', 'select 1 as n, 2 as m');
  const { codes, broken, catalog } = await check();
  expect(codes.sort()).toEqual(['1 header-columns', '7 sql-compile']);
  expect([...broken].sort()).toEqual(['a', 'b']);
  expect(catalog.get('c')?.name).toBe('c');
  expect(catalog.get('runs')?.name).toBe('runs');
});

it('leaves a statement that is no query to the engine', async () => {
  await write('a', 'drop table mirror.runs');
  await write('b', 'select 1 as n; select 2 as n');
  const { codes } = await check();
  expect(codes).toEqual(['6 sql-compile', '6 sql-compile']);
});

it('tells of a file in a subfolder, unless the subfolder is a folder of its own', async () => {
  const subfolder = join(folder, 'team');
  await mkdir(subfolder);
  await write('team/deep', 'select 1 as n');
  expect((await check()).findings).toMatchObject([
    { severity: 'warning', file: join(subfolder, 'deep.sql'), code: 'not-read' },
  ]);
  const { findings } = await checkQueries({ store, folders: [folder, subfolder] });
  expect(findings).toEqual([]);
});
