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
  readonly #digests = new Map<string, string>();

  /** What is news in a page. Nothing is known of a run that is, until it is held. */
  news(page: Buffer): PageNews {
    const all = splitRuns(page);
    if (all === undefined) {
      this.forget();
      return { runIds: [...runIds(page)], known: [], runs: page, digests: undefined };
    }
    const known: string[] = [];
    const digests = new Map<string, string>();
    const parts: Buffer[] = [];
    for (const { runId, bytes } of all) {
      const digest = hash('sha256', bytes, 'base64');
      const same = this.#digests.get(runId) === digest;
      this.#digests.delete(runId);
      if (same) {
        this.#digests.set(runId, digest);
        known.push(runId);
      } else {
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

  /** The mirror holds these runs as their bytes said, by their digests. */
  hold(digests: ReadonlyMap<string, string>): void {
    for (const [runId, digest] of digests) this.#digests.set(runId, digest);
    for (const runId of this.#digests.keys()) {
      if (this.#digests.size <= MAX_RUNS) return;
      this.#digests.delete(runId);
    }
  }

  /** The mirror changed by other ways. */
  forget(): void {
    this.#digests.clear();
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
