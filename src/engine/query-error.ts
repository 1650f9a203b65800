import { RunlensError } from '../errors.ts';

/** What the engine says of a statement, told as ours; the statement stays with the cause, for the log. */
export function queryError(error: unknown, sql: string): RunlensError {
  if (error instanceof RunlensError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const [first = 'the query failed'] = message.split('\n', 1);
  const cause = new Error(`${message}\nin: ${sql}`);
  return message.startsWith('Out of Memory')
    ? new RunlensError('OUT_OF_MEMORY', 'this needs more memory than DuckDB may take', { cause })
    : new RunlensError('QUERY_FAILED', first, { cause });
}
