import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDemoServer, type DemoServer } from '../../src/demo/index.ts';
import { runCli, spawnCli, type CliResult } from '../support/cli.ts';
import { ADMIN_PASSWORD, startMlflow, type MlflowServer } from '../support/mlflow-server.ts';
import { requirePython } from '../support/python.ts';
import { startScripted } from '../support/scripted-server.ts';
import { startService } from '../support/service.ts';
import { openMirror } from '../support/tables.ts';

const folder = mkdtempSync(join(tmpdir(), 'runlens-errors-'));
const db = join(folder, 'mirror.duckdb');

let server: DemoServer;
let mirrored: number;
beforeAll(async () => {
  server = await startDemoServer();
  expect(await runCli(['sync', '--db', db, '--tracking-uri', server.url])).toMatchObject({
    code: 0,
  });
  mirrored = await runsIn(db);
  expect(mirrored).toBeGreaterThan(2_000);
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

async function runsIn(path: string): Promise<number> {
  const store = await openMirror(path);
  try {
    const { rows } = await store.engine.query('select count(*) from runs');
    return Number(rows[0]?.[0]);
  } finally {
    await store.close();
  }
}

const sync = (args: string[], env: NodeJS.ProcessEnv = {}) =>
  runCli(['sync', '--db', db, ...args], { env });

/** What came of a command, and whether all that was mirrored is still there. */
async function outcome({ code, stdout, stderr }: CliResult) {
  const lines = stderr.trimEnd().split('\n').length;
  return { code, stdout, stderr, lines, runs: await runsIn(db) };
}

/** One line on stderr that says so, nothing on stdout, nothing lost. */
const refused = (code: number, says: RegExp) => ({
  code,
  stdout: '',
  stderr: expect.stringMatching(says) as string,
  lines: 1,
  runs: mirrored,
});

describe('sync says in one line that', () => {
  it.each([
    ['the address is none', ['--tracking-uri', 'localhost:5000'], 2, /BAD_CONFIG/],
    ['the store needs a server', ['--tracking-uri', 'sqlite:///x.db'], 2, /mlflow server/],
    ['a flag is unknown', ['--nope'], 2, /unknown option/],
    ['a log level is unknown', ['--log-level', 'loud'], 2, /debug, info/],
    ['there is no such config file', ['--config', '/nowhere.yaml'], 2, /nowhere\.yaml/],
    ['a source is unknown', ['--source', 'x'], 2, /there is no source 'x'/],
  ])('%s', async (_, args, exitCode, says) => {
    const result = await sync(args);
    expect(result.stderr.split('\n').length).toBeLessThanOrEqual(3);
    expect(result.stderr).toMatch(says);
    expect([result.code, result.stdout]).toEqual([exitCode, '']);
  });

  it('the server is dead', async () => {
    const uri = 'http://127.0.0.1:9';
    const own = join(folder, 'dead.duckdb');
    const result = await runCli(['sync', '--db', own, '--tracking-uri', uri]);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toBe(
      `runlens: ${uri} refuses connections [SERVER_UNREACHABLE]. ` +
        'Check MLFLOW_TRACKING_URI, and that the tracking server runs.\n',
    );
  });

  it('the name of the host is wrong', async () => {
    const own = join(folder, 'name.duckdb');
    const result = await runCli(['sync', '--db', own, '--tracking-uri', 'http://no-such.invalid']);
    expect(result.stderr).toMatch(
      /^runlens: http:\/\/no-such\.invalid cannot be reached [^\n]*\n$/,
    );
    expect(result.code).toBe(1);
  });

  it('the address is that of something else', async () => {
    const other = await startScripted(() => ({
      status: 404,
      headers: { 'content-type': 'text/html' },
      body: '<html>Not here</html>',
    }));
    const own = join(folder, 'other.duckdb');
    const result = await runCli(['sync', '--db', own, '--tracking-uri', other.url]);
    await other.close();
    expect(result.stderr).toMatch(/^runlens: [^\n]* answered 404 with an HTML page[^\n]*\n$/);
    expect(result).toMatchObject({ code: 1, stdout: '' });
  });

  it('the database mirrors another server', async () => {
    const other = await startDemoServer();
    const result = await sync(['--tracking-uri', other.url]);
    await other.close();
    expect(await outcome(result)).toEqual(refused(2, /\[SOURCE_CHANGED\]/));
  });

  it('an experiment is not there', async () => {
    const result = await sync(['--tracking-uri', server.url, '--experiment', 'no such']);
    expect(await outcome(result)).toEqual(
      refused(1, /has no experiment 'no such' \[EXPERIMENT_NOT_FOUND\]/),
    );
  });

  it('MLFLOW_EXPERIMENT_NAME and MLFLOW_EXPERIMENT_ID are two experiments', async () => {
    const store = await openMirror(db);
    const { rows } = await store.engine.query(
      'select experiment_id, name from experiments order by experiment_id limit 2',
    );
    await store.close();
    const [[id], [, name]] = rows as [[string, string], [string, string]];
    const result = await sync(['--tracking-uri', server.url], {
      MLFLOW_EXPERIMENT_ID: id,
      MLFLOW_EXPERIMENT_NAME: name,
    });
    expect(await outcome(result)).toEqual(refused(2, /MLFLOW_EXPERIMENT_ID is .*\[BAD_CONFIG\]/));
  });
});

describe('a database that cannot be used', () => {
  writeFileSync(join(folder, 'a-file'), 'no folder');
  writeFileSync(join(folder, 'no.duckdb'), 'no database, and longer than the head of one is');

  it.each([
    ['in a folder that is a file', join(folder, 'a-file', 'x.duckdb')],
    ['in a folder that is not there', join(folder, 'none', 'x.duckdb')],
    ['in a read-only folder', '/proc/runlens.duckdb'],
    ['that is a folder', folder],
    ['that is no database', join(folder, 'no.duckdb')],
  ])('is told in one line: %s', async (_, path) => {
    const result = await runCli(['sync', '--db', path, '--tracking-uri', server.url]);
    expect(result.stderr).toMatch(/^runlens: [^\n]* \[DATABASE_UNUSABLE\][^\n]*\n$/);
    expect(result.stderr).toContain(path);
    expect(result).toMatchObject({ code: 1, stdout: '' });
  });
});

describe('while serve runs', () => {
  it('a second process on its database is told whose it is', async () => {
    const service = await startService(['--db', db, '--tracking-uri', server.url]);
    try {
      const result = await sync(['--tracking-uri', server.url]);
      expect(result.stderr).toMatch(
        /^runlens: [^\n]* is in use by process \d+ \[DATABASE_LOCKED\]/,
      );
      expect(result.stderr).toContain(String(service.pid));
      expect(result.stderr.trimEnd()).not.toContain('\n');
      expect(result).toMatchObject({ code: 1, stdout: '' });
      expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
    } finally {
      expect(await service.stop()).toBe(0);
    }
    expect(await runsIn(db)).toBe(mirrored);
  });

  it('a second one on its port is told so', async () => {
    const taken = await startScripted(() => ({}));
    const { port } = new URL(taken.url);
    const args = ['--db', db, '--tracking-uri', server.url, '--port', port];
    const result = await runCli(['serve', ...args]);
    await taken.close();
    expect(await outcome(result)).toEqual(refused(1, /\[PORT_IN_USE\]/));
    expect(result.stderr).toContain(`port ${port}`);
  });
});

const python = requirePython('the errors of a real tracking server', ['mlflow', 'flask_wtf']);

describe.skipIf(python === undefined)('a real server with user management', () => {
  let real: MlflowServer;
  beforeAll(async () => {
    real = await startMlflow({ python: python ?? '', basicAuth: true });
  });
  afterAll(() => real.close());

  const login = (path: string, password: string, env: NodeJS.ProcessEnv = {}) =>
    runCli(['sync', '--db', join(folder, path), '--tracking-uri', real.url], {
      env: { MLFLOW_TRACKING_USERNAME: 'admin', MLFLOW_TRACKING_PASSWORD: password, ...env },
    });

  it('lets in whoever has the password', async () => {
    expect(await login('auth.duckdb', ADMIN_PASSWORD)).toMatchObject({ code: 0, stderr: '' });
  });

  it.each([
    ['a wrong password', { MLFLOW_TRACKING_PASSWORD: 'wrong-pass-word' }],
    ['no password', { MLFLOW_TRACKING_USERNAME: '', MLFLOW_TRACKING_PASSWORD: '' }],
    [
      'a token that it does not know',
      { MLFLOW_TRACKING_PASSWORD: '', MLFLOW_TRACKING_TOKEN: 'wrong-pass-word' },
    ],
  ])('says no in one line to %s', async (_, env) => {
    const result = await login('auth.duckdb', '', { ...env, RUNLENS_LOG_LEVEL: 'debug' });
    const lines = result.stderr.trimEnd().split('\n');
    const told = lines.filter((line) => line.startsWith('runlens: '));
    expect(told).toEqual([expect.stringContaining('[UNAUTHENTICATED]')]);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).not.toContain('wrong-pass-word');
  });
});

it('an interrupted sync ends in order', async () => {
  const slow = await startScripted(() => ({ silent: true }));
  const child = spawnCli(['sync', '--db', join(folder, 'slow.duckdb')], {
    env: { MLFLOW_TRACKING_URI: slow.url },
  });
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  await expect.poll(() => slow.asked.length, { timeout: 20_000 }).toBe(1);
  child.kill('SIGINT');
  const [code] = (await once(child, 'close')) as [number];
  await slow.close();
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/^runlens: [^\n]*\[CANCELLED\][^\n]*\n$/),
  ]);
});
