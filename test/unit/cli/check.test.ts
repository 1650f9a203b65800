import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { packagePath } from '../../../src/paths.ts';
import { runCli } from '../../support/cli.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runlens-check-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A user's folder with one of the planted mistakes, named in a config file. */
async function plant(name: string): Promise<void> {
  await cp(packagePath(`test/unit/dashboards/planted/${name}`), folder, { recursive: true });
  await writeFile(join(folder, 'runlens.yaml'), 'dashboards: [dashboards]\n');
}

it('passes the shipped files, and needs neither a server nor a database', async () => {
  const env = { MLFLOW_TRACKING_URI: 'http://127.0.0.1:9' };
  const { code, stdout, stderr } = await runCli(['check'], { cwd: folder, env });
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^0 errors, 0 warnings in \d\d files\n$/);
  expect(code).toBe(0);
});

it('fails on an error, with its place', async () => {
  await plant('unknown-view');
  const { code, stdout } = await runCli(['check'], { cwd: folder });
  expect(stdout).toContain('dashboards/planted.yaml:11:5: error: there is no view run_dayz');
  expect(stdout).toContain('2 errors, 0 warnings in');
  expect(code).toBe(1);
});

it('passes a warning', async () => {
  await plant('parameter-unused');
  const { code, stdout } = await runCli(['check', '--json'], { cwd: folder });
  expect(JSON.parse(stdout)).toMatchObject({
    errors: 0,
    warnings: 1,
    findings: [{ severity: 'warning', file: 'dashboards/planted.yaml', line: 5 }],
  });
  expect(code).toBe(0);
});

it('speaks SARIF', async () => {
  await plant('missing-alt');
  const { code, stdout } = await runCli(['check', '--sarif'], { cwd: folder });
  expect(JSON.parse(stdout)).toMatchObject({
    version: '2.1.0',
    runs: [{ results: [{ ruleId: 'missing-alt', level: 'error' }] }],
  });
  expect(code).toBe(1);
});

it.each([
  [['check', '--json', '--sarif'], /--json and --sarif/],
  [['check', '--config', 'nowhere.yaml'], /nowhere\.yaml/],
])('refuses %j', async (args, message) => {
  const { code, stderr, stdout } = await runCli(args, { cwd: folder });
  expect(stderr).toMatch(message);
  expect(stdout).toBe('');
  expect(code).toBe(2);
});
