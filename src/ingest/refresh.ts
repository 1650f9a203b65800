import type { Source } from '../sources/source.ts';
import type { Loader } from './loader.ts';
import type { Cursor, HeldRuns, Mirror, NewestRun, RunRef } from './mirror.ts';
import { chunked, forEachOf } from './pool.ts';
import { IDS_PER_REQUEST, readByIds } from './sweep.ts';
import { runIds, walkRuns, type WalkOptions } from './walk.ts';

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
 * since, runs that ended since, runs under way, and those held as open that none of these met: ended
 * without an end, or gone. Edits that move no time are for the sweep to find.
 */
export async function refreshExperiments(
  deps: RefreshDeps,
  cursors: readonly Cursor[],
  held: readonly HeldRuns[],
  nowMs: number,
): Promise<void> {
  const { source, mirror, loader, concurrency } = deps;
  const heldOf = new Map(held.map((one) => [one.experimentId, one]));
  const batches = chunked(cursors, EXPERIMENTS_PER_REQUEST).map(
    (batch) => new Batch(deps, batch, heldOf),
  );
  const walks = batches.flatMap((batch) => batch.walks());
  // Side by side: whichever answer of a run is loaded last, a later refresh meets it again, as one
  // held as open, or as one under way.
  await forEachOf(walks, concurrency, (walk) => walk());
  const rest = batches.flatMap((batch) => chunked([...batch.open.values()], IDS_PER_REQUEST));
  await forEachOf(rest, concurrency, async (runs) => {
    for (const page of await readByIds(source, runs, deps.signal)) await loader.add(page);
  });
  await loader.flush();
  // Cursors stand at runs that are held: they move with what was written.
  if (loader.counts.inserted + loader.counts.updated === 0) return;
  const ids = cursors.map((cursor) => cursor.experimentId);
  await mirror.advanceCursors(source.name, ids, nowMs);
}

/** Experiments that are asked for together. */
class Batch {
  readonly #deps: RefreshDeps;
  readonly #cursors: readonly Cursor[];
  readonly #started: NewestRun | undefined;
  readonly #ended: NewestRun | undefined;
  /** Runs held as open that no walk has met yet, by id. */
  readonly open: Map<string, RunRef>;

  constructor(deps: RefreshDeps, cursors: readonly Cursor[], held: ReadonlyMap<string, HeldRuns>) {
    this.#deps = deps;
    this.#cursors = cursors;
    const ours = cursors.flatMap(({ experimentId }) => held.get(experimentId) ?? []);
    this.#started = newest(ours.map((one) => one.started));
    this.#ended = newest(ours.map((one) => one.ended));
    this.open = new Map(
      ours.flatMap(({ experimentId, open }) =>
        open.map((runId) => [runId, { runId, experimentId }] as const),
      ),
    );
  }

  walks(): (() => Promise<void>)[] {
    const { overlapMs } = this.#deps;
    const startMs = this.#cursors.map((cursor) => cursor.startMs);
    const endMs = this.#cursors.map((cursor) => cursor.endMs);
    const endedFrom = earliest(endMs, this.#ended?.ms, overlapMs);
    return [
      () =>
        this.#walk({
          from: earliest(startMs, this.#started?.ms, overlapMs),
          expect: this.#started,
        }),
      () =>
        this.#walk({
          filter: `attributes.end_time >= ${endedFrom}`,
          expect: this.#ended,
          meets: ({ info }) => info.end_time !== undefined && BigInt(info.end_time) >= endedFrom,
        }),
      ...['RUNNING', 'SCHEDULED'].map((status) => () => {
        const filter = `attributes.status = '${status}'`;
        return this.#walk({ filter, meets: ({ info }) => info.status === status });
      }),
    ];
  }

  async #walk(question: Pick<WalkOptions, 'filter' | 'from' | 'expect' | 'meets'>): Promise<void> {
    const { source, loader, pageSize, signal } = this.#deps;
    const experimentIds = this.#cursors.map((cursor) => cursor.experimentId);
    const pages = walkRuns(source, { experimentIds, pageSize, signal, ...question });
    // A page is put away while the next one is asked for.
    let added: Promise<void> = Promise.resolve();
    for await (const { runs } of pages) {
      if (this.open.size > 0) for (const runId of runIds(runs)) this.open.delete(runId);
      await added;
      added = loader.add(runs);
      added.catch(() => undefined); // told where it is waited for
    }
    await added;
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

function newest(runs: readonly (NewestRun | undefined)[]): NewestRun | undefined {
  return runs.reduce(
    (last, run) => (last === undefined || (run && run.ms > last.ms) ? run : last),
    undefined,
  );
}
