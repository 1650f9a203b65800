import { RunlensError } from '../errors.ts';
import { oneLine } from './answer.ts';
import { parse, stringify } from 'lossless-json';

/** One page of `runs/search`, its runs still as the server's bytes. */
export interface RunsPage {
  /** A JSON array of runs, `[…]`; undefined on an empty page. */
  runs: Buffer | undefined;
  nextPageToken: string | undefined;
  /** `start_time` of the last run that has one, ms since 1970 UTC. */
  lastStartTime: bigint | undefined;
}

const HEAD = /^\s*\{\s*"runs"\s*:\s*\[/;
const TAIL = /\}\s*\](?:\s*,\s*"next_page_token"\s*:\s*"([^"\\]*)")?\s*\}\s*$/;

/** Room for the longest token seen and the white space of a pretty-printed body. */
const TAIL_BYTES = 4096;

/**
 * Cuts the runs out of an answer without parsing it: they are loaded by the database from these
 * bytes. Only a body of exactly the known shape is cut; any other is parsed, exactly and slowly.
 * @throws RunlensError BAD_ANSWER when the body is not whole
 */
export function readRunsPage(body: Buffer): RunsPage {
  const head = HEAD.exec(body.subarray(0, 256).toString('latin1'));
  const tailAt = Math.max(0, body.length - TAIL_BYTES);
  const tail = TAIL.exec(body.subarray(tailAt).toString('latin1'));
  if (head === null || tail === null) return parseRunsPage(body);
  const end = body.indexOf(']', tailAt + tail.index) + 1;
  const runs = body.subarray(head[0].length - 1, end);
  return {
    runs,
    nextPageToken: tail[1] === undefined || tail[1] === '' ? undefined : tail[1],
    lastStartTime: lastStartTime(runs),
  };
}

function parseRunsPage(body: Buffer): RunsPage {
  let answer: unknown;
  try {
    answer = parse(body.toString('utf8'));
  } catch (error) {
    throw new RunlensError('BAD_ANSWER', 'the answer is not whole', { cause: error });
  }
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) {
    throw new RunlensError(
      'BAD_ANSWER',
      `the answer is no JSON object: ${oneLine(String(answer))}`,
    );
  }
  const { runs = [], next_page_token: token } = answer as Record<string, unknown>;
  if (!Array.isArray(runs)) throw new RunlensError('BAD_ANSWER', "'runs' is no array");
  const bytes = Buffer.from(stringify(runs) ?? '[]');
  return {
    runs: runs.length === 0 ? undefined : bytes,
    nextPageToken: typeof token === 'string' && token !== '' ? token : undefined,
    lastStartTime: lastStartTime(bytes),
  };
}

const START_TIME = /^"start_time"\s*:\s*(-?\d+)/;

/** Inside a JSON string the quotes would be escaped, and a value has no colon behind it. */
function lastStartTime(runs: Buffer): bigint | undefined {
  for (let at = runs.length; at > 0;) {
    at = runs.lastIndexOf('"start_time"', at - 1);
    if (at < 0) return undefined;
    const found = START_TIME.exec(runs.subarray(at, at + 64).toString('latin1'))?.[1];
    if (found !== undefined) return BigInt(found);
  }
  return undefined;
}
