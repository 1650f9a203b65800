import { hash } from 'node:crypto';
import { runIds, splitRuns } from '../mlflow/index.ts';

/** What a page says. */
export interface PageNews {
  /** Of all its runs. */
  runIds: readonly string[];
  /** Of those that need not be loaded. */
  known: readonly string[];
  /** The others, as an array; undefined when there are none. */
  runs: Buffer | undefined;
  /** Of the bytes of those others, by id; undefined when none is to be known by them. */
  digests: ReadonlyMap<string, string> | undefined;
}

/** Some 20 MB. A refresh hardly meets so many that did not change. */
const MAX_RUNS = 100_000;

/**
 * Runs that the mirror of a source holds just as the server last sent them: the same bytes again would
 * change nothing. A refresh meets mostly such runs, those under way and those that ended a moment ago;
 * to tell them by their bytes costs a small part of what it takes to load them.
 */
export class KnownRuns {
  /** The least lately met comes first. */
  readonly #held = new Map<string, string>();
  /** What was news and is not held yet. */
  readonly #taken = new Map<string, string>();

  /** What is news in a page. Nothing is known of a run that is, until it is held. */
  news(page: Buffer): PageNews {
    const all = splitRuns(page);
    // Which of two runs with one id the mirror takes of a page is not said.
    if (all === undefined || new Set(all.map(({ runId }) => runId)).size < all.length) {
      this.forget();
      return { runIds: [...runIds(page)], known: [], runs: page, digests: undefined };
    }
    const known: string[] = [];
    const digests = new Map<string, string>();
    const parts: Buffer[] = [];
    for (const { runId, bytes } of all) {
      const digest = hash('sha256', bytes, 'base64');
      if (this.#held.get(runId) === digest) {
        this.#held.delete(runId);
        this.#held.set(runId, digest);
        known.push(runId);
      } else {
        this.#held.delete(runId);
        this.#taken.set(runId, digest);
        digests.set(runId, digest);
        parts.push(bytes);
      }
    }
    return {
      runIds: all.map(({ runId }) => runId),
      known,
      runs: known.length === 0 ? page : join(parts),
      digests,
    };
  }

  /**
   * The mirror holds these runs as their bytes said, by their digests. One that has been news once more is
   * not known until that is held.
   */
  hold(digests: ReadonlyMap<string, string>): void {
    for (const [runId, digest] of digests) {
      if (this.#taken.get(runId) !== digest) continue;
      this.#taken.delete(runId);
      this.#held.set(runId, digest);
    }
    for (const runId of this.#held.keys()) {
      if (this.#held.size <= MAX_RUNS) return;
      this.#held.delete(runId);
    }
  }

  /** The mirror changed by other ways, or may have. */
  forget(): void {
    this.#held.clear();
    this.#taken.clear();
  }
}

function join(runs: readonly Buffer[]): Buffer | undefined {
  if (runs.length === 0) return undefined;
  const [open, comma, close] = ['[', ',', ']'].map((mark) => Buffer.from(mark)) as [
    Buffer,
    Buffer,
    Buffer,
  ];
  return Buffer.concat([...runs.flatMap((run, index) => [index === 0 ? open : comma, run]), close]);
}
