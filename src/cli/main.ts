#!/usr/bin/env node
import { CommanderError } from 'commander';
import { toRunlensError } from '../errors.ts';
import { errorLine } from './error-line.ts';
import { createProgram } from './program.ts';

/** The only place that exits. 0 done, 1 failed, 2 wrong usage or configuration. */
async function main(): Promise<number> {
  try {
    await createProgram().parseAsync(process.argv);
    return Number(process.exitCode ?? 0);
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2;
    const error = toRunlensError(thrown);
    process.stderr.write(errorLine(error));
    const { wantsStack } = await import('../config.ts');
    if (wantsStack(process.argv)) process.stderr.write(`${stackOf(thrown)}\n`);
    return error.exitCode;
  }
}

function stackOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const cause = thrown.cause === undefined ? '' : `\ncaused by: ${stackOf(thrown.cause)}`;
  return `${thrown.stack ?? thrown.message}${cause}`;
}

// A reader that has seen enough (`runlens export … | head`) is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

process.exit(await main());
