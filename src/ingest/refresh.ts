import { runIds } from '../mlflow/index.ts';
import type { Source } from '../sources/source.ts';
import type { KnownRuns, PageNews } from './known-runs.ts';
import type { Loader } from './loader.ts';
import type { Cursor, Mirror, NewestRun, NewestRuns, RunRef } from './mirror.ts';
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

/** What the mirror holds of a source, being read. */
export interface Held {
  newest: Promise<readonly NewestRuns[]>;
  open: Promise<readonly RunRef[]>;
}

/** While the server answers: of all that a refresh reads of the mirror these take longest, the latter more so. */
export function readHeld(mirror: Mirror, source: string): Held {
  const newest = mirror.newestRuns(source);
  const open = newest.then(() => mirror.openRuns(source));
  open.catch(() => undefined); // told where it is waited for
  return { newest, open };
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
  held: Held,
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
  readonly #experimentIds: ReadonlySet<string>;
  readonly #held: Held;
  /** Ids of the runs in the answers. */
  readonly #met = new Set<string>();

  constructor(deps: RefreshDeps, cursors: readonly Cursor[], held: Held) {
    this.#deps = deps;
    this.#cursors = cursors;
    this.#experimentIds = new Set(cursors.map((cursor) => cursor.experimentId));
    this.#held = held;
  }

  walks(): (() => Promise<void>)[] {
    const { overlapMs } = this.#deps;
    return [
      // These need nothing of what is held.
      ...['RUNNING', 'SCHEDULED'].map((status) => () => {
        const filter = `attributes.status = '${status}'`;
        return this.#walk({ filter, meets: ({ info }) => info.status === status });
      }),
      async () => {
        const expect = await this.#newest((held) => held.started);
        const startMs = this.#cursors.map((cursor) => cursor.startMs);
        await this.#walk({ from: earliest(startMs, expect?.ms, overlapMs), expect });
      },
      async () => {
        const expect = await this.#newest((held) => held.ended);
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
    return (await this.#held.open).filter(
      ({ runId, experimentId }) => this.#experimentIds.has(experimentId) && !this.#met.has(runId),
    );
  }

  async #newest(of: (held: NewestRuns) => NewestRun | undefined): Promise<NewestRun | undefined> {
    return (await this.#held.newest)
      .filter(({ experimentId }) => this.#experimentIds.has(experimentId))
      .map(of)
      .reduce(
        (last, run) => (last === undefined || (run && run.ms > last.ms) ? run : last),
        undefined,
      );
  }

  async #walk(question: Pick<WalkOptions, 'filter' | 'from' | 'expect' | 'meets'>): Promise<void> {
    const { source, pageSize, signal } = this.#deps;
    const experimentIds = [...this.#experimentIds];
    const pages = walkRuns(source, { experimentIds, pageSize, signal, ...question });
    // A page is put away while the next one is asked for.
    let added: Promise<void> = Promise.resolve();
    try {
      for await (const { runs } of pages) {
        await added;
        if (runs === undefined) continue;
        added = this.#add(runs);
        added.catch(() => undefined); // told where it is waited for
      }
    } finally {
      // Also when the next one fails: what was put away is loaded with the rest, and no file is left behind.
      await added;
    }
  }

  #add(page: Buffer): Promise<void> {
    const news = newsOf(page, this.#deps.known);
    for (const runId of news.runIds) this.#met.add(runId);
    return this.#deps.loader.addNews(news);
  }
}

const newsOf = (page: Buffer, known: KnownRuns | undefined): PageNews =>
  known?.news(page) ?? { runIds: [...runIds(page)], known: [], runs: page, digests: undefined };

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
