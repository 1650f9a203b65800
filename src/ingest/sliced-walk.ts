import type { Source } from '../sources/source.ts';
import type { RunRef, Slice, SweepPosition } from './mirror.ts';
import { runRefs } from './walk.ts';

/** A slice being walked, or waiting for a walker. */
export interface OpenSlice extends Slice {
  /** The run it begins with, where that is known. */
  first?: RunRef;
  pages: number;
}

/** Pages walked of a slice before it is worth two small requests to halve the rest. */
const PAGES_BEFORE_HALVING = 2;

/**
 * One experiment of a sweep. Walked by one at first; whoever has nothing to do takes the later half of
 * what is left, so that a single large experiment keeps all workers of the server busy.
 */
export class SlicedWalk {
  readonly experimentId: string;
  readonly #startedMs: number;
  readonly #open: Set<OpenSlice>;
  /** Whether any run was met. */
  met = false;
  /** Whether it begins at the beginning, so that meeting nothing means that there is nothing. */
  readonly fresh: boolean;

  constructor({ experimentId, startedMs, open }: SweepPosition) {
    this.experimentId = experimentId;
    this.#startedMs = startedMs;
    this.#open = new Set(open.map((slice) => ({ ...slice, pages: 0 })));
    this.fresh = open.length === 1 && open[0]?.fromMs === null;
  }

  get slices(): OpenSlice[] {
    return [...this.#open];
  }

  get done(): boolean {
    return this.#open.size === 0;
  }

  /** What to commit with a page that takes a slice up to `fromMs`. */
  positionWith(slice: OpenSlice, fromMs: bigint | null): SweepPosition {
    return this.#position(
      this.slices.map((one) => ({
        fromMs: one === slice ? fromMs : one.fromMs,
        belowMs: one.belowMs,
      })),
    );
  }

  close(slice: OpenSlice): void {
    this.#open.delete(slice);
  }

  get position(): SweepPosition {
    return this.#position(this.slices.map(({ fromMs, belowMs }) => ({ fromMs, belowMs })));
  }

  /**
   * Cuts the later half of what is left off a slice, by time. It begins with a run that is there, so
   * that its first answer can be told from an empty one given by mistake.
   */
  async halve(
    slice: OpenSlice,
    source: Source,
    signal: AbortSignal | undefined,
  ): Promise<OpenSlice | undefined> {
    const { fromMs, belowMs } = slice;
    if (fromMs === null || slice.pages < PAGES_BEFORE_HALVING) return undefined;
    slice.pages = 0;
    const one = async (order: 'ASC' | 'DESC', from: bigint) => {
      const filter = `attributes.start_time >= ${from}`;
      const { runs, lastStartTime: startMs } = await source.runs(
        {
          experimentIds: [this.experimentId],
          filter: belowMs === null ? filter : `${filter} and attributes.start_time < ${belowMs}`,
          orderBy: [`attributes.start_time ${order}`],
          maxResults: 1,
          viewType: 'ALL',
        },
        { signal },
      );
      const [run] = runRefs(runs);
      return run === undefined || startMs === undefined ? undefined : { run, startMs };
    };
    const last = await one('DESC', fromMs);
    if (last === undefined) return undefined;
    const middle = await one('ASC', fromMs + (last.startMs - fromMs) / 2n + 1n);
    if (middle === undefined || middle.startMs <= fromMs) return undefined;
    const half: OpenSlice = { fromMs: middle.startMs, belowMs, first: middle.run, pages: 0 };
    slice.belowMs = middle.startMs;
    this.#open.add(half);
    return half;
  }

  #position(open: Slice[]): SweepPosition {
    return { experimentId: this.experimentId, startedMs: this.#startedMs, open };
  }
}
