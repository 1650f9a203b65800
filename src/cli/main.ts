#!/usr/bin/env node
import { CommanderError } from 'commander';
import { RunlensError, toRunlensError } from '../errors.ts';
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
process.stdout.on('error', (cause: NodeJS.ErrnoException) => {
  if (cause.code === 'EPIPE') process.exit(0);
  const message = `cannot write to standard output: ${cause.message}`;
  process.stderr.write(errorLine(new RunlensError('WRITE_FAILED', message, { cause })));
  process.exit(1);
});

const code = await main();
// In another turn: that what was printed last finds no room is told at the end of this one.
setImmediate(() => process.exit(code));
