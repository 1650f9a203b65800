import { RunlensError } from '../errors.ts';
import { pause, runIds, type RunsPage, type WireRun } from '../mlflow/index.ts';
import type { Source } from '../sources/source.ts';
import type { RunRef } from './mirror.ts';

export interface WalkOptions {
  experimentIds: readonly string[];
  /** ANDed with the walk's own condition. */
  filter?: string;
  /** Start time to go on from, ms; all runs by default. */
  from?: bigint | undefined;
  /** Start time to end before, ms; may come down, but not to where the walk has been. */
  below?: () => bigint | undefined;
  pageSize: number;
  /** A run the first answer must hold unless it is gone: an answer without any run is then no answer. */
  expect?: RunRef | undefined;
  /** Whether a run, as it is now, still meets the filter: an end or a status may change meanwhile. */
  meets?: (run: WireRun) => boolean;
  signal?: AbortSignal | undefined;
}

export interface WalkPage {
  runs: Buffer | undefined;
  /** A walk begun here meets every run not met so far. */
  position: bigint | undefined;
  /** Whether runs that start later are still to come. */
  more: boolean;
}

/** Total order; a run's start never changes, so that ends, edits, deletes and restores move nothing. */
const ORDER = ['attributes.start_time ASC', 'attributes.run_id ASC'];

const EMPTY_TRIES = 3;
const EMPTY_PAUSE_MS = 250;

/**
 * All runs of a search, skip-safe: an offset token skips a run when one before it is removed between
 * two pages, so the next page is asked for by start time (`>=` the last one seen), and what comes
 * twice is loaded twice. Only inside a group of runs that start in the same millisecond and fill a
 * whole page is the server's own token followed.
 * @throws RunlensError PAGING_STUCK, BAD_ANSWER and what the source throws
 */
export async function* walkRuns(source: Source, options: WalkOptions): AsyncGenerator<WalkPage> {
  const { experimentIds, filter, below, pageSize, signal } = options;
  let since = options.from;
  let end = below?.();
  let expect = options.expect;
  let token: string | undefined;
  let tokens = new Set<string>();
  for (;;) {
    // A token belongs to the filter that it came from.
    if (token === undefined) end = below?.();
    const both = [
      filter,
      since === undefined ? undefined : `attributes.start_time >= ${since}`,
      end === undefined ? undefined : `attributes.start_time < ${end}`,
    ]
      .filter((part) => part !== undefined)
      .join(' and ');
    const ask = (): Promise<RunsPage> =>
      source.runs(
        {
          experimentIds,
          maxResults: pageSize,
          orderBy: ORDER,
          viewType: 'ALL',
          ...(both === '' ? {} : { filter: both }),
          pageToken: token,
        },
        { signal },
      );
    let page =
      expect !== undefined && token === undefined
        ? await askExpecting(ask, expect, options, source)
        : await ask();
    // A token that leads to nothing is rare enough to be asked for once more before it is believed.
    if (token !== undefined && page.runs === undefined) page = await ask();
    const last = page.lastStartTime;
    if (page.nextPageToken === undefined) {
      yield { runs: page.runs, position: last ?? since, more: false };
      return;
    }
    if (last !== undefined && (since === undefined || last > since)) {
      since = last;
      token = undefined;
      tokens = new Set();
      expect = lastRun(page.runs) ?? expect;
    } else {
      if (tokens.has(page.nextPageToken) || page.runs === undefined) {
        throw new RunlensError(
          'PAGING_STUCK',
          `${source.trackingUri} repeats a page token: its pages never end`,
        );
      }
      tokens.add(page.nextPageToken);
      token = page.nextPageToken;
    }
    yield { runs: page.runs, position: since, more: token === undefined };
  }
}

/**
 * MLflow answers `{}` to a request it did not understand, and proxies to one they did not pass on. So
 * emptiness where a run must be is believed only if the server says that the run is gone, or changed.
 */
async function askExpecting(
  ask: () => Promise<RunsPage>,
  expected: RunRef,
  { meets = () => true, signal }: WalkOptions,
  source: Source,
): Promise<RunsPage> {
  for (let attempt = 1; ; attempt++) {
    const page = await ask();
    if (page.runs !== undefined) return page;
    const found = await source.run(expected.runId, { signal });
    if (found === undefined || !meets(found.run)) return page;
    if (attempt < EMPTY_TRIES) {
      await pause(EMPTY_PAUSE_MS * attempt, signal);
      continue;
    }
    throw new RunlensError(
      'BAD_ANSWER',
      `${source.trackingUri} answered with no runs where ${expected.runId} should be`,
    );
  }
}

/** The runs of a small answer by id. For pages of some hundred runs: this one does parse. */
export function runRefs(runs: Buffer | undefined): RunRef[] {
  if (runs === undefined) return [];
  const parsed = JSON.parse(runs.toString('utf8')) as {
    info: { run_id: string; experiment_id: string };
  }[];
  return parsed.map(({ info }) => ({ runId: info.run_id, experimentId: info.experiment_id }));
}

/** The last run of a page, from its last bytes. */
function lastRun(runs: Buffer | undefined): RunRef | undefined {
  if (runs === undefined) return undefined;
  const at = runs.lastIndexOf('"start_time"');
  const near = runs.subarray(Math.max(0, at - 4096), at + 4096);
  const runId = [...runIds(near)].at(-1);
  return runId === undefined ? undefined : { runId, experimentId: '' };
}
