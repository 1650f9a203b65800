import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, watch } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packagePath } from '../../../src/paths.ts';
import { startDemoServer, type DemoServer } from '../../../src/demo/index.ts';
import { runCli, spawnCli } from '../../support/cli.ts';
import { startService } from '../../support/service.ts';

let folder: string;
let server: DemoServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runlens-commands-'));
  server = await startDemoServer();
  const dead = await startDemoServer();
  await dead.close();
  await writeFile(
    join(folder, 'two.yaml'),
    `{ db: two.duckdb, sources: { live: { tracking_uri: '${server.url}' }, dead: { tracking_uri: '${dead.url}' } } }`,
  );
  const team = await run('sync', '--db', 'team.duckdb', '--tracking-uri', server.url);
  expect(team).toMatchObject({ code: 0, stderr: '' });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const run = (...args: string[]) => runCli(args, { cwd: folder });

describe('the stack of an error', () => {
  const failing = ['sync', '--config', 'nowhere.yaml'];
  const told = 'runlens: there is no config file nowhere.yaml [BAD_CONFIG]. ';

  it('is left out', async () => {
    const { stderr } = await run(...failing);
    expect(stderr).toMatch(/^.*\n$/);
    expect(stderr).toContain(told);
  });

  it.each([
    [['--log-level', 'debug'], {}],
    [['--log-level=debug'], {}],
    [[], { RUNLENS_LOG_LEVEL: 'debug' }],
  ])('is told with %j %j', async (args, env) => {
    const { stderr } = await runCli([...failing, ...args], { cwd: folder, env });
    expect(stderr).toContain(told);
    expect(stderr).toMatch(/\n {4}at readConfigFile/);
  });
});

describe('two sources, one of them dead', () => {
  const env = { MLFLOW_HTTP_REQUEST_MAX_RETRIES: '0', RUNLENS_CONFIG: 'two.yaml' };
  const both = (...args: string[]) => runCli(args, { cwd: folder, env });
  const unreachable = 'http://127\\.0\\.0\\.1:\\d+ refuses connections';

  it('give the rows that are there, and say whose are not', async () => {
    const missing = 'runlens: dead was never synced to the end: runs of it are missing\n';
    const first = await both('export', 'experiments', '--out', 'first.csv');
    expect(first).toMatchObject({ code: 0, stdout: 'first.csv: 10 rows of experiments\n' });
    expect(first.stderr).toMatch(
      new RegExp(
        `^.* syncing first\\nrunlens: dead: ${unreachable} \\[SERVER_UNREACHABLE\\]\\. Check .*\\n`,
      ),
    );
    expect(first.stderr).toContain(missing);
    const second = await both('export', 'experiments', '--out', 'second.csv');
    expect(second).toMatchObject({ code: 0, stderr: missing });
  });

  it('are each told of by sync', async () => {
    const { code, stdout, stderr } = await both('sync');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^live: 10 experiments, .*\n$/);
    expect(stderr).toMatch(
      new RegExp(`^runlens: dead: ${unreachable} \\[SERVER_UNREACHABLE\\]\\. Check .*\\n$`),
    );
  });

  it('are told as JSON with the same names as elsewhere', async () => {
    const { code, stdout } = await both('sync', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      sources: [
        {
          source: 'live',
          sync_id: expect.any(Number) as number,
          took_ms: expect.any(Number) as number,
        },
        {
          source: 'dead',
          status: 'failed',
          error: { hint: expect.stringContaining('Check') as string },
        },
      ],
    });
  });
});

describe('the sample', () => {
  it('is not synced into a mirror of other servers, which can be read all the same', async () => {
    for (const command of ['sync', 'serve', 'demo']) {
      const { code, stderr } = await run(command, '--db', 'team.duckdb');
      expect(code).toBe(2);
      expect(stderr).toMatch(
        /^runlens: no tracking server .*team\.duckdb has runs of default .*\n$/,
      );
    }
    const read = await run('export', 'experiments', '--db', 'team.duckdb', '--out', 'team.csv');
    expect(read).toMatchObject({ code: 0, stderr: '' });
  });

  it('takes no other server', async () => {
    const { code, stderr } = await run('demo', '--tracking-uri', server.url);
    expect(code).toBe(2);
    expect(stderr).toContain('demo has a tracking server of its own [BAD_USAGE]');
  });
});

describe('what would have no effect is refused', () => {
  it.each([
    [['export', 'runs', '--out', 'x.csv', '--param', 'since=all'], /--param is for panels alone/],
    [['export', 'runs', '--out', '-', '--manifest'], /--manifest lies beside a file/],
    [['render', 'overview', '--out', 'x.html', '--experiment', '1'], /--param experiment=ID/],
    [
      ['export', 'runs', '--out', 'x.csv', '--columns', 'loss'],
      /columns: the chosen runs have no loss/,
    ],
    [['export', 'runs', '--out', 'x.csv', '--filter', 'loss'], /^runlens: filter: expected an/],
    [['export', 'runs', '--out', 'x.csv', '--since', '2026-02-30'], /since is no time/],
    [['export', 'runz', '--out', 'x.csv'], /no frame "runz" .*view:NAME, panel:DASHBOARD\/PANEL/],
    [['export', 'view:nope', '--out', 'x.csv'], /no view "nope" .*Views: active_runs, /],
    [['export', 'panel:overview/nope', '--out', 'x.csv'], /no panel 'nope' .*Panels: runs, /],
    [['export', 'panel:nope/runs', '--out', 'x.csv'], /no dashboard 'nope' .*Dashboards: overview/],
    [
      ['export', 'panel:metric-trends/trend', '--out', 'x.csv', '--param', 'metric=nobody'],
      /metric: nobody is not there/,
    ],
  ])('%j', async (args, says) => {
    const { code, stdout, stderr } = await run(...args, '--db', 'team.duckdb');
    expect(stderr).toMatch(says);
    expect(stderr).toMatch(/^.*\n$/);
    expect(stdout).toBe('');
    expect(code).toBeGreaterThan(0);
    expect((await readdir(folder)).filter((it) => it.startsWith('x.'))).toEqual([]);
  });
});

describe.each(['SIGINT', 'SIGTERM'] as const)('an export ended by %s', (signal) => {
  it('leaves no half file', async () => {
    const own = join(folder, signal);
    await mkdir(join(own, 'queries'), { recursive: true });
    await writeFile(join(own, 'runlens.yaml'), 'queries: [queries]');
    // So many rows that the signal comes long before the last one.
    await writeFile(
      join(own, 'queries', 'pairs.sql'),
      `-- name: pairs
-- title: Pairs
-- grain: one row a pair of runs
-- columns:
--   a: id of a run
--   b: id of a run
select a.run_id as a, b.run_id as b from active_runs a cross join active_runs b`,
    );
    const child = spawnCli(
      ['export', 'view:pairs', '--out', 'pairs.json', '--db', join(folder, 'team.duckdb')],
      { cwd: own },
    );
    let stderr = '';
    child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
    // Told again when the file goes; a second signal would end it at once.
    const watcher = watch(own, (_, name) => {
      if (!name?.endsWith('.part')) return;
      watcher.close();
      child.kill(signal);
    });
    const code = await new Promise((done) => child.on('close', done));
    expect(stderr).toMatch(/^runlens: .* \[CANCELLED\]\. .*\n$/);
    expect(code).toBe(1);
    expect((await readdir(own)).sort()).toEqual(['queries', 'runlens.yaml']);
  });
});

it.each(['SIGINT', 'SIGTERM'] as const)(
  '%s ends a service in order while it starts',
  async (signal) => {
    const own = await mkdtemp(join(folder, 'start-'));
    const child = spawnCli(['demo', '--port', '0'], { cwd: own });
    let told = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (text: Buffer) => (told += text.toString()));
    }
    // The database is opened long before the address is told.
    const watcher = watch(own, () => {
      watcher.close();
      child.kill(signal);
    });
    const [code] = (await once(child, 'close')) as [number | null];
    expect({ code, told }).toEqual({ code: 0, told: '' });
  },
);

it.runIf(existsSync('/dev/full'))('says that there is no room for what it prints', async () => {
  const full = openSync('/dev/full', 'w');
  const child = spawn(process.execPath, [packagePath('dist/cli/main.js'), 'check', '--json'], {
    stdio: ['ignore', full, 'pipe'],
  });
  const closed = once(child, 'close') as Promise<[number | null]>;
  const stderr = child.stderr === null ? '' : await text(child.stderr);
  closeSync(full);
  expect(stderr).toMatch(
    /^runlens: cannot write to standard output: ENOSPC.* \[WRITE_FAILED\]\. .*\n$/,
  );
  expect((await closed)[0]).toBe(1);
});

it('serve warns of a file in a subfolder, where none is read', async () => {
  const own = join(folder, 'deep');
  await mkdir(join(own, 'queries', 'team'), { recursive: true });
  await mkdir(join(own, 'dashboards', 'team'), { recursive: true });
  await writeFile(join(own, 'runlens.yaml'), '{ queries: [queries], dashboards: [dashboards] }');
  const files = ['queries/team/a.sql', 'dashboards/team/a.yml'].map((name) => join(own, name));
  for (const file of files) await writeFile(file, '');
  const config = join(own, 'runlens.yaml');
  const service = await startService(['--config', config, '--db', join(own, 'mirror.duckdb')]);
  expect(await service.stop()).toBe(0);
  for (const file of files) expect(service.log()).toContain(`"file":${JSON.stringify(file)}`);
});
