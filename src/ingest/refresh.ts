import type { WireRun } from '../mlflow/index.ts';
import type { Source } from '../sources/source.ts';
import type { Loader } from './loader.ts';
import type { Cursor, Mirror, RunRef } from './mirror.ts';
import { chunked, forEachOf } from './pool.ts';
import { IDS_PER_REQUEST, readByIds } from './sweep.ts';
import { runIds, walkRuns } from './walk.ts';

export interface RefreshDeps {
  source: Source;
  mirror: Mirror;
  loader: Loader;
  concurrency: number;
  pageSize: number;
  /** Re-read before the cursor, ms: clocks of training machines differ. */
  overlapMs: number;
  signal?: AbortSignal | undefined;
}

/** Experiments asked for in one search; Databricks refuses long lists (mlflow#13590). */
const EXPERIMENTS_PER_REQUEST = 50;

/**
 * What changed since the cursors, in a handful of requests a batch of experiments: runs that started
 * since, runs that ended since, runs under way, and those held as open that are under way no more.
 * Edits that move no time are for the sweep to find.
 */
export async function refreshExperiments(
  deps: RefreshDeps,
  cursors: readonly Cursor[],
  nowMs: number,
): Promise<void> {
  const batches = chunked(cursors, EXPERIMENTS_PER_REQUEST);
  await forEachOf(batches, deps.concurrency, (batch) => refreshBatch(deps, batch));
  await deps.loader.flush();
  const ids = cursors.map((cursor) => cursor.experimentId);
  await deps.mirror.advanceCursors(deps.source.name, ids, nowMs);
}

async function refreshBatch(deps: RefreshDeps, batch: readonly Cursor[]): Promise<void> {
  const { source, mirror, loader, pageSize, signal } = deps;
  const experimentIds = batch.map((cursor) => cursor.experimentId);
  const search = { experimentIds, pageSize, signal };

  const newest = await mirror.newestRun(source.name, experimentIds, 'start');
  const started = earliest(
    batch.map((cursor) => cursor.startMs),
    newest?.ms,
    deps.overlapMs,
  );
  for await (const page of walkRuns(source, { ...search, from: started, expect: newest })) {
    await loader.add(page.runs);
  }

  const lastEnded = await mirror.newestRun(source.name, experimentIds, 'end');
  const ended = earliest(
    batch.map((cursor) => cursor.endMs),
    lastEnded?.ms,
    deps.overlapMs,
  );
  const filter = `attributes.end_time >= ${ended}`;
  const meets = ({ info }: WireRun): boolean =>
    info.end_time !== undefined && BigInt(info.end_time) >= ended;
  for await (const page of walkRuns(source, { ...search, filter, expect: lastEnded, meets })) {
    await loader.add(page.runs);
  }

  const underWay = new Set<string>();
  for (const status of ['RUNNING', 'SCHEDULED']) {
    const filterStatus = `attributes.status = '${status}'`;
    const meets = ({ info }: WireRun): boolean => info.status === status;
    for await (const page of walkRuns(source, { ...search, filter: filterStatus, meets })) {
      for (const runId of runIds(page.runs)) underWay.add(runId);
      await loader.add(page.runs);
    }
  }
  const held = await mirror.openRuns(source.name, experimentIds);
  await readAgain(
    deps,
    held.filter((run) => !underWay.has(run.runId)),
  );
}

/** Runs held as open that the server does not list as under way: ended without an end, or gone. */
async function readAgain(deps: RefreshDeps, runs: readonly RunRef[]): Promise<void> {
  for (const part of chunked(runs, IDS_PER_REQUEST)) {
    await deps.loader.add(await readByIds(deps.source, part, deps.signal));
  }
}

/** The cursor less the overlap, and never later than a run the answer must hold. */
function earliest(
  cursors: readonly bigint[],
  known: bigint | undefined,
  overlapMs: number,
): bigint {
  const lowest = cursors.reduce((low, ms) => (ms < low ? ms : low), cursors[0] ?? 0n);
  const from = lowest - BigInt(overlapMs);
  return known !== undefined && known < from ? known : from;
}
