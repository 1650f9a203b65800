import type { Source } from '../sources/source.ts';
import type { Loader } from './loader.ts';
import type { Cursor, HeldRuns, NewestRun, RunRef } from './mirror.ts';
import { chunked, forEachOf } from './pool.ts';
import { IDS_PER_REQUEST, readByIds } from './sweep.ts';
import { runIds, walkRuns, type WalkOptions } from './walk.ts';

export interface RefreshDeps {
  source: Source;
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
  held: Promise<readonly HeldRuns[]>,
  nowMs: number,
): Promise<void> {
  const { source, loader, concurrency } = deps;
  const batches = chunked(cursors, EXPERIMENTS_PER_REQUEST).map(
    (batch) => new Batch(deps, batch, held),
  );
  const walks = batches.flatMap((batch) => batch.walks());
  // Side by side: whichever answer of a run is loaded last, a later refresh meets it again, as one
  // held as open, or as one under way.
  await forEachOf(walks, concurrency, (walk) => walk());
  const unmet = await Promise.all(batches.map((batch) => batch.unmet()));
  const rest = unmet.flatMap((runs) => chunked(runs, IDS_PER_REQUEST));
  await forEachOf(rest, concurrency, async (runs) => {
    for (const page of await readByIds(source, runs, deps.signal)) await loader.add(page);
  });
  await loader.flush({ experimentIds: cursors.map((cursor) => cursor.experimentId), nowMs });
}

/** Experiments that are asked for together. */
class Batch {
  readonly #deps: RefreshDeps;
  readonly #cursors: readonly Cursor[];
  /** Of these experiments alone. */
  readonly #held: Promise<readonly HeldRuns[]>;
  /** Ids of the runs in the answers. */
  readonly #met = new Set<string>();

  constructor(deps: RefreshDeps, cursors: readonly Cursor[], held: Promise<readonly HeldRuns[]>) {
    this.#deps = deps;
    this.#cursors = cursors;
    const ours = new Set(cursors.map((cursor) => cursor.experimentId));
    this.#held = held.then((all) => all.filter(({ experimentId }) => ours.has(experimentId)));
    this.#held.catch(() => undefined); // told where it is waited for
  }

  walks(): (() => Promise<void>)[] {
    const { overlapMs } = this.#deps;
    return [
      // These need nothing of what is held, which takes a while to read.
      ...['RUNNING', 'SCHEDULED'].map((status) => () => {
        const filter = `attributes.status = '${status}'`;
        return this.#walk({ filter, meets: ({ info }) => info.status === status });
      }),
      async () => {
        const expect = newest((await this.#held).map((one) => one.started));
        const startMs = this.#cursors.map((cursor) => cursor.startMs);
        await this.#walk({ from: earliest(startMs, expect?.ms, overlapMs), expect });
      },
      async () => {
        const expect = newest((await this.#held).map((one) => one.ended));
        const endMs = this.#cursors.map((cursor) => cursor.endMs);
        const from = earliest(endMs, expect?.ms, overlapMs);
        await this.#walk({
          filter: `attributes.end_time >= ${from}`,
          expect,
          meets: ({ info }) => info.end_time !== undefined && BigInt(info.end_time) >= from,
        });
      },
    ];
  }

  /** Runs held as open that no walk has met. */
  async unmet(): Promise<RunRef[]> {
    return (await this.#held).flatMap(({ experimentId, open }) =>
      open.filter((runId) => !this.#met.has(runId)).map((runId) => ({ runId, experimentId })),
    );
  }

  async #walk(question: Pick<WalkOptions, 'filter' | 'from' | 'expect' | 'meets'>): Promise<void> {
    const { source, loader, pageSize, signal } = this.#deps;
    const experimentIds = this.#cursors.map((cursor) => cursor.experimentId);
    const pages = walkRuns(source, { experimentIds, pageSize, signal, ...question });
    // A page is put away while the next one is asked for.
    let added: Promise<void> = Promise.resolve();
    try {
      for await (const { runs } of pages) {
        for (const runId of runIds(runs)) this.#met.add(runId);
        await added;
        added = loader.add(runs);
        added.catch(() => undefined); // told where it is waited for
      }
    } finally {
      // Also when the next one fails: what was put away is loaded with the rest, and no file is left behind.
      await added;
    }
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
