import { runIds } from '../mlflow/index.ts';
import type { Source } from '../sources/source.ts';
import type { KnownRuns, PageNews } from './known-runs.ts';
import type { Loader } from './loader.ts';
import type { Cursor, HeldRuns, NewestRun, RunRef } from './mirror.ts';
import { chunked, forEachOf } from './pool.ts';
import { IDS_PER_REQUEST, readByIds } from './sweep.ts';
import { walkRuns, type WalkOptions } from './walk.ts';

export interface RefreshDeps {
  source: Source;
  loader: Loader;
  /** None while a sweep is under way: it remembers whom the mirror has loaded. */
  known: KnownRuns | undefined;
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
    for (const page of await readByIds(source, runs, deps.signal)) {
      await loader.addNews(newsOf(page, deps.known));
    }
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
    return [
      ...['RUNNING', 'SCHEDULED'].map((status) => async () => {
        const filter = `attributes.status = '${status}'`;
        await this.#walk({ filter, meets: ({ info }) => info.status === status });
      }),
      () =>
        this.#walkSince(
          this.#cursors.map((cursor) => cursor.startMs),
          (held) => held.started,
          (from) => ({ from }),
        ),
      () =>
        this.#walkSince(
          this.#cursors.map((cursor) => cursor.endMs),
          (held) => held.ended,
          (from) => ({
            filter: `attributes.end_time >= ${from}`,
            meets: ({ info }) => info.end_time !== undefined && BigInt(info.end_time) >= from,
          }),
        ),
    ];
  }

  /** Runs held as open that no walk has met. */
  async unmet(): Promise<RunRef[]> {
    return (await this.#held).flatMap(({ experimentId, open }) =>
      open.filter((runId) => !this.#met.has(runId)).map((runId) => ({ runId, experimentId })),
    );
  }

  /**
   * Since the cursors less the overlap. What is held takes a while to read: it is only waited for when
   * no run came, and then the newest one held must come, or be gone.
   */
  async #walkSince(
    cursors: readonly bigint[],
    newestOf: (held: HeldRuns) => NewestRun | undefined,
    question: (from: bigint) => Question,
  ): Promise<void> {
    const from = least(cursors) - BigInt(this.#deps.overlapMs);
    if (await this.#walk(question(from))) return;
    const expect = newest((await this.#held).map(newestOf));
    if (expect === undefined) return;
    await this.#walk({ ...question(least([from, expect.ms])), expect });
  }

  /** @returns whether any run came */
  async #walk(question: Question): Promise<boolean> {
    const { source, pageSize, signal } = this.#deps;
    const experimentIds = this.#cursors.map((cursor) => cursor.experimentId);
    const pages = walkRuns(source, { experimentIds, pageSize, signal, ...question });
    let met = false;
    // A page is put away while the next one is asked for.
    let added: Promise<void> = Promise.resolve();
    try {
      for await (const { runs } of pages) {
        await added;
        if (runs === undefined) continue;
        met = true;
        added = this.#add(runs);
        added.catch(() => undefined); // told where it is waited for
      }
    } finally {
      // Also when the next one fails: what was put away is loaded with the rest, and no file is left behind.
      await added;
    }
    return met;
  }

  #add(page: Buffer): Promise<void> {
    const news = newsOf(page, this.#deps.known);
    for (const runId of news.runIds) this.#met.add(runId);
    return this.#deps.loader.addNews(news);
  }
}

const newsOf = (page: Buffer, known: KnownRuns | undefined): PageNews =>
  known?.news(page) ?? { runIds: [...runIds(page)], known: [], runs: page, digests: undefined };

type Question = Pick<WalkOptions, 'filter' | 'from' | 'expect' | 'meets'>;

const least = (times: readonly bigint[]): bigint =>
  times.reduce((low, ms) => (ms < low ? ms : low), times[0] ?? 0n);

function newest(runs: readonly (NewestRun | undefined)[]): NewestRun | undefined {
  return runs.reduce(
    (last, run) => (last === undefined || (run && run.ms > last.ms) ? run : last),
    undefined,
  );
}
