import { RunlensError } from '../errors.ts';

/** What the engine says when it cannot open a file. @param path the file, as it was asked for */
export function openError(path: string, error: unknown): RunlensError {
  if (error instanceof RunlensError) return error;
  const message = messageOf(error);
  if (message.includes('Could not set lock')) {
    const holder = /\(PID (\d+)\)/.exec(message)?.[1];
    const by = holder === undefined ? 'another process' : `process ${holder}`;
    return new RunlensError('DATABASE_LOCKED', `${path} is in use by ${by}`, { cause: error });
  }
  const first = firstLine(message);
  return new RunlensError('DATABASE_UNUSABLE', `cannot open ${path}: ${first}`, { cause: error });
}

/** What the disk, the file or the memory refuses is nobody's mistake in Runlens; everything else is as it was. */
export function writeError(error: unknown): unknown {
  const message = messageOf(error);
  if (error instanceof RunlensError) return error;
  if (OUT_OF_MEMORY.test(message)) {
    const hint = 'Raise memory_limit (RUNLENS_MEMORY_LIMIT).';
    return new RunlensError('OUT_OF_MEMORY', TOO_MUCH, { cause: error, hint });
  }
  if (DAMAGED.test(message)) return damaged(message, error);
  if (!/could not write|no space left/i.test(message)) return error;
  return new RunlensError('WRITE_FAILED', firstLine(message), { cause: error });
}

/** What the engine says of a statement, told as ours; the statement stays with the cause, for the log. */
export function queryError(error: unknown, sql: string): RunlensError {
  if (error instanceof RunlensError) return error;
  const message = messageOf(error);
  const cause = new Error(`${message}\nin: ${sql}`);
  if (DAMAGED.test(message)) return damaged(message, cause);
  return OUT_OF_MEMORY.test(message)
    ? new RunlensError('OUT_OF_MEMORY', TOO_MUCH, { cause })
    : new RunlensError('QUERY_FAILED', firstLine(message), { cause });
}

const OUT_OF_MEMORY = /^(TransactionContext Error: Failed to commit: )?Out of Memory/;
const DAMAGED = /corrupt database file/i;
const TOO_MUCH = 'this needs more memory than DuckDB may take';

const damaged = (message: string, cause: unknown): RunlensError =>
  new RunlensError('DATABASE_UNUSABLE', firstLine(message), {
    cause,
    hint: 'The database file is damaged. It is a copy: delete it, and the next sync makes it anew.',
  });

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';
