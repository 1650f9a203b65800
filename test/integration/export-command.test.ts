import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCli, spawnCli } from '../support/cli.ts';
import { openRows } from '../support/fixture-rows.ts';

const RUNS = 100_000;

let folder: string;
let db: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runlens-export-'));
  db = join(folder, 'mirror.duckdb');
  const lastSync = '2026-05-01T00:00:00Z';
  const { store } = await openRows(
    {
      sources: [
        { source: 'team', lastSync },
        { source: 'cloud', lastSync },
      ],
      experiments: [
        { source: 'team', id: '1', name: 'one' },
        { source: 'cloud', id: '1', name: 'one' },
      ],
      runs: [{ source: 'cloud', id: 'above' }],
    },
    db,
  );
  await store.write(async (connection) => {
    await connection.run(
      `insert into mirror.runs by name
       select 1000 + i as run_no, 'team' as source, 'x' || i as run_id, '1' as experiment_id,
         'FINISHED' as status, 'active' as lifecycle_stage, i as start_ms, 0 as content_hash
       from range($1) t(i)`,
      [RUNS],
    );
  });
  await store.close();
});
afterAll(() => rm(folder, { recursive: true }));

it('writes the runs of one of several sources', async () => {
  const cloud = join(folder, 'cloud.csv');
  const args = ['--db', db, '--out', cloud, '--columns', 'run_id'];
  const { code, stderr } = await runCli(['export', 'runs', ...args, '--source', 'cloud']);
  expect([code, stderr]).toEqual([0, '']);
  expect(await readFile(cloud, 'utf8')).toBe('run_id\r\nabove\r\n');
  const other = await runCli(['export', 'runs', ...args, '--source', 'nope']);
  expect(other.code).not.toBe(0);
  expect(other.stderr).toMatch(/no source "nope"[^]*cloud, team/);
});

it('leaves the old file whole when it is killed half-way', async () => {
  const out = join(folder, 'runs.ndjson');
  await writeFile(out, 'old');
  const child = spawnCli(['export', 'runs', '--db', db, '--out', out, '--manifest']);
  const closed = once(child, 'close');
  let half: string | undefined;
  while (half === undefined && child.exitCode === null) {
    const draft = (await readdir(folder)).find((name) => name.endsWith('.part'));
    if (draft !== undefined && (await stat(join(folder, draft))).size > 0) half = draft;
  }
  child.kill('SIGKILL');
  const [, signal] = (await closed) as [number | null, string | null];
  expect([half === undefined, signal]).toEqual([false, 'SIGKILL']);
  expect(await readFile(out, 'utf8')).toBe('old');
  expect(await readdir(folder)).not.toContain('runs.ndjson.manifest.json');

  const again = await runCli(['export', 'runs', '--db', db, '--out', out, '--manifest']);
  expect([again.code, again.stderr]).toEqual([0, '']);
  const lines = (await readFile(out, 'utf8')).trimEnd().split('\n');
  expect(lines).toHaveLength(RUNS + 1);
  const manifest = JSON.parse(await readFile(`${out}.manifest.json`, 'utf8')) as object;
  expect(manifest).toMatchObject({ rows: RUNS + 1, sources: [{ source: 'cloud' }, {}] });
});
