import { RunlensError } from '../errors.ts';
import { oneLine } from './answer.ts';
import { isInteger, isLosslessNumber, parse, stringify } from 'lossless-json';

/** One page of `runs/search`, its runs still as the server's bytes. */
export interface RunsPage {
  /** A JSON array of runs, `[…]`; undefined on an empty page. */
  runs: Buffer | undefined;
  nextPageToken: string | undefined;
  /** `start_time` of the last run that has one, ms since 1970 UTC. */
  lastStartTime: bigint | undefined;
}

const HEAD = /^\s*\{\s*"runs"\s*:\s*\[(?=\s*\{)/;
const TAIL = /\}\s*\](?:\s*,\s*"next_page_token"\s*:\s*"([^"\\\x80-\xff]*)")?\s*\}\s*$/;

/** Room for the longest token seen and the white space of a pretty-printed body. */
const TAIL_BYTES = 4096;

/**
 * Cuts the runs out of an answer and parses the last of them only: the database loads them from these
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
  const lastStartTime = startTime(lastRun(runs));
  if (lastStartTime === undefined) return parseRunsPage(body);
  return { runs, nextPageToken: tail[1] === '' ? undefined : tail[1], lastStartTime };
}

/**
 * The last run of an array. A whole one proves that the array ends where it seems to: a body that was
 * cut behind some list inside a run, or has another list after the runs, ends alike but for that.
 */
function lastRun(runs: Buffer): unknown {
  const at = runs.lastIndexOf('{', Math.max(0, lastInfo(runs)));
  try {
    return at < 0 ? undefined : parse(runs.toString('utf8', at, runs.length - 1));
  } catch {
    return undefined; // not whole, or in another order
  }
}

function startTime(run: unknown): bigint | undefined {
  const time = (run as { info?: { start_time?: unknown } } | undefined)?.info?.start_time;
  return isLosslessNumber(time) && isInteger(time.value) ? BigInt(time.value) : undefined;
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
    lastStartTime: runs.map(startTime).findLast((time) => time !== undefined),
  };
}

/** The run of a `runs/get` answer that has been read, as an array with each of its numbers as it was. */
export function pageOfOne(body: Buffer): Buffer {
  const { run } = parse(body.toString('utf8')) as { run: unknown };
  return Buffer.from(stringify([run]) ?? '[]');
}

const INFO = /^"info"\s*:\s*\{/;

/** Inside a JSON string the quotes would be escaped, and a value has no colon behind it. */
function lastInfo(runs: Buffer): number {
  let at = runs.lastIndexOf('"info"');
  while (at > 0 && !INFO.test(runs.toString('latin1', at, at + 64))) {
    at = runs.lastIndexOf('"info"', at - 1);
  }
  return at;
}
