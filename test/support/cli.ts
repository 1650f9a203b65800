import { spawn } from 'node:child_process';
import { packagePath } from '../../src/paths.ts';

export interface CliResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** The built command line in a process of its own, as a user runs it; without this process's MLflow settings. */
export function spawnCli(
  args: readonly string[],
  { env = {}, cwd }: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
) {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(MLFLOW|DATABRICKS|RUNLENS)_/.test(name)),
  );
  return spawn(process.execPath, [packagePath('dist/cli/main.js'), ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...inherited, ...env },
  });
}

export async function runCli(
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Promise<CliResult> {
  const child = spawnCli(args, options);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return { code, stdout, stderr };
}
