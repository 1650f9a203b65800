import type { RunlensError } from '../errors.ts';

/** How a command tells what went wrong: one line, of one source when several were asked. */
export function errorLine({ message, code, hint }: RunlensError, source?: string): string {
  const of = source === undefined ? '' : `${source}: `;
  return `runlens: ${of}${message} [${code}]. ${hint}\n`;
}
