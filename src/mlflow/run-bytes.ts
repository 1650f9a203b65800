/** One run of a page, as the server's bytes have it. */
export interface RunBytes {
  runId: string;
  bytes: Buffer;
}

/** How a run begins, in the spacing of this server. */
const HEAD = /^\[\s*(\{\s*"info"\s*:\s*\{)/;
const RUN_ID = Buffer.from('"run_id"');
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const END = 0x5d;
const CLOSE = 0x7d;

/**
 * Cuts a page into its runs, without parsing it: one of a thousand takes some two milliseconds. No text
 * inside of a run reads like its beginning, for its quotes are escaped. Undefined where anything else stands
 * between two runs, or a run begins in another way.
 */
export function splitRuns(page: Buffer): RunBytes[] | undefined {
  const head = HEAD.exec(page.subarray(0, 256).toString('latin1'))?.[1];
  if (head === undefined) return undefined;
  const headBytes = Buffer.from(head);
  const runs: { runId: string; start: number }[] = [];
  for (const { runId, at } of idsAt(page)) {
    const last = runs.at(-1);
    if (runId === last?.runId) continue;
    const start = page.lastIndexOf(headBytes, at);
    if (start === last?.start || (last === undefined && start !== page.indexOf(headBytes))) {
      return undefined;
    }
    runs.push({ runId, start });
  }
  const split: RunBytes[] = [];
  for (const [index, { runId, start }] of runs.entries()) {
    const next = runs[index + 1]?.start;
    const end = endOfRun(page, next ?? page.length, next === undefined ? END : COMMA);
    if (end === undefined) return undefined;
    split.push({ runId, bytes: page.subarray(start, end) });
  }
  return split.length === 0 ? undefined : split;
}

/** Behind the brace that closes the run before a place, with nothing but this mark between the two. */
function endOfRun(page: Buffer, before: number, mark: number): number | undefined {
  const at = skipSpaceBack(page, before - 1);
  const brace = skipSpaceBack(page, at - 1);
  return page[at] === mark && page[brace] === CLOSE ? brace + 1 : undefined;
}

/**
 * The ids of the runs of a page of any size, which is not parsed for them, nor made a string. Quotes inside of
 * a value are escaped, so that no part of one reads as a key; metrics of file stores carry the id of their run
 * too.
 */
export function* runIds(runs: Buffer | undefined): Generator<string> {
  if (runs === undefined) return;
  for (const { runId } of idsAt(runs)) yield runId;
}

function* idsAt(runs: Buffer): Generator<{ runId: string; at: number }> {
  for (let at = runs.indexOf(RUN_ID); at >= 0; at = runs.indexOf(RUN_ID, at)) {
    at = skipSpace(runs, at + RUN_ID.length);
    if (runs[at] !== COLON) continue;
    at = skipSpace(runs, at + 1);
    if (runs[at] !== QUOTE) continue;
    const end = runs.indexOf(QUOTE, at + 1);
    if (end < 0) return;
    yield { runId: runs.toString('latin1', at + 1, end), at };
    at = end;
  }
}

function skipSpace(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && (bytes[at] ?? 0) <= 0x20) at += 1;
  return at;
}

function skipSpaceBack(bytes: Buffer, from: number): number {
  let at = from;
  while (at >= 0 && (bytes[at] ?? 0) <= 0x20) at -= 1;
  return at;
}
