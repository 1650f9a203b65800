import { spawnSync } from 'node:child_process';

/** A Python that can import what a test needs, or why there is none. */
export type Python = { path: string } | { missing: string };

/**
 * RUNLENS_TEST_PYTHON, else `python3`. Tests that need it are skipped, by name and reason, where it is
 * missing; in CI that is a failure (`requirePython`).
 */
export function findPython(modules: readonly string[]): Python {
  const path = process.env['RUNLENS_TEST_PYTHON'] ?? 'python3';
  const probe = spawnSync(path, ['-c', `import ${modules.join(', ')}`], { encoding: 'utf8' });
  if (probe.status === 0) return { path };
  const reason = probe.error?.message ?? probe.stderr.trim().split('\n').at(-1) ?? 'no answer';
  return { missing: `${path}: ${reason}` };
}

/** For `describe.skipIf`: says why on stderr; throws in CI, where nothing may be skipped. */
export function requirePython(suite: string, modules: readonly string[]): string | undefined {
  const found = findPython(modules);
  if ('path' in found) return found.path;
  if (process.env['CI'] === 'true') {
    throw new Error(`${suite} needs Python with ${modules.join(', ')}: ${found.missing}`);
  }
  process.stderr.write(
    `skipped: ${suite}, it needs Python with ${modules.join(', ')} (${found.missing})\n`,
  );
  return undefined;
}

/** Runs a script to its end and gives its standard output; throws with its standard error. */
export function runPython(
  python: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): string {
  const run = spawnSync(python, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, ...QUIET, ...env },
  });
  if (run.status !== 0) throw new Error(`${args.join(' ')}\n${run.stdout}\n${run.stderr}`);
  return run.stdout;
}

export const QUIET = {
  MLFLOW_DISABLE_TELEMETRY: 'true',
  DO_NOT_TRACK: 'true',
  PYTHONDONTWRITEBYTECODE: '1',
};
