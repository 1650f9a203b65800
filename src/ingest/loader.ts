import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RunlensError } from '../errors.ts';
import type { PageNews } from './known-runs.ts';
import type { CursorMove, Mirror, RunCounts, SweepPosition } from './mirror.ts';

export interface LoaderOptions {
  mirror: Mirror;
  source: string;
  /** Bytes spooled before they are loaded: 64 to 256 MB load equally fast, and two are in memory at once. */
  batchBytes?: number;
  /** Milliseconds after which a smaller batch is loaded too, so that viewers and restarts see progress. */
  batchMs?: number;
  onLoaded?: (counts: Readonly<RunCounts>) => void;
}

export const DEFAULT_BATCH_BYTES = 96 << 20;

type Digests = ReadonlyMap<string, string>;

interface Batch {
  /** The spooled pages, by their files. */
  pages: Map<string, Digests | undefined>;
  bytes: number;
  since: number;
  positions: Map<string, SweepPosition>;
}

/**
 * Gathers pages into files and has the mirror load them, a batch at a time, while further pages arrive. A
 * batch is read while the one before it is written; a third waits for that one, and so does `add`.
 */
export class Loader {
  readonly counts: RunCounts = { seen: 0, inserted: 0, updated: 0, unchanged: 0 };
  readonly #options: Required<Omit<LoaderOptions, 'onLoaded'>> & LoaderOptions;
  #batch: Batch = emptyBatch();
  /** The last batch, and the one before it. */
  #last: Promise<void> = Promise.resolve();
  #previous: Promise<void> = Promise.resolve();
  /** What the last batch waits for before it is read; until then nobody adds to another. */
  #turn: Promise<void> = Promise.resolve();
  #failed: unknown;
  #pages = 0;
  /** Runs met so far that need no load. */
  readonly #known = new Set<string>();

  constructor(options: LoaderOptions) {
    this.#options = { batchBytes: DEFAULT_BATCH_BYTES, batchMs: 5_000, ...options };
  }

  /** Takes a page of runs, and what the sweep has reached with it. */
  async add(runs: Buffer | undefined, position?: SweepPosition): Promise<void> {
    await this.#add(runs, position);
  }

  /** Takes what is news in a page, and counts what is not. */
  async addNews({ runIds, known, runs, digests }: PageNews): Promise<void> {
    for (const runId of runIds) this.#known.delete(runId);
    for (const runId of known) this.#known.add(runId);
    await this.#add(runs, undefined, digests);
  }

  async #add(
    runs: Buffer | undefined,
    position: SweepPosition | undefined,
    digests?: Digests,
  ): Promise<void> {
    await this.#turn;
    if (this.#failed !== undefined) throw this.#failed;
    if (runs !== undefined) {
      const file = await this.#spool(runs);
      this.#batch.pages.set(file, digests);
      this.#batch.bytes += runs.length;
    }
    if (position !== undefined) this.#batch.positions.set(position.experimentId, position);
    const { bytes, since } = this.#batch;
    const due =
      bytes >= this.#options.batchBytes || performance.now() - since > this.#options.batchMs;
    if (due) await this.#load();
  }

  /** Loads what is left and waits for all of it; cursors move with the last of what was written. */
  async flush(advance?: CursorMove): Promise<void> {
    let moves = advance;
    if (advance !== undefined && this.#batch.pages.size === 0) {
      await this.#last;
      if (this.counts.inserted + this.counts.updated === 0) moves = undefined;
    }
    await this.#load(moves);
    await this.#last;
    if (this.#known.size === 0) return;
    this.counts.seen += this.#known.size;
    this.counts.unchanged += this.#known.size;
    this.#known.clear();
    this.#options.onLoaded?.(this.counts);
  }

  /** Names grow with the order of the answers: the mirror lets the later one win. */
  async #spool(runs: Buffer): Promise<string> {
    const name = `${process.pid}-${String(this.#pages++).padStart(9, '0')}.json`;
    const path = join(this.#options.mirror.spoolFolder, `${this.#options.source}-${name}`);
    try {
      await writeFile(path, runs);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new RunlensError('WRITE_FAILED', `cannot write ${path}: ${reason}`, { cause: error });
    }
    return path;
  }

  async #load(advance?: CursorMove): Promise<void> {
    const batch = { ...this.#batch, advance };
    if (batch.pages.size + batch.positions.size === 0 && advance === undefined) return;
    this.#batch = emptyBatch();
    const turn = this.#previous;
    const after = this.#last;
    this.#turn = turn;
    this.#previous = after;
    this.#last = this.#loadBatch(batch, turn, after);
    this.#last.catch((error: unknown) => (this.#failed ??= error));
    await turn;
  }

  async #loadBatch(
    { pages, positions, advance }: Batch & { advance: CursorMove | undefined },
    turn: Promise<void>,
    after: Promise<void>,
  ): Promise<void> {
    const { mirror, source, onLoaded } = this.#options;
    const files = [...pages.keys()].sort();
    try {
      await turn;
      const counts = await mirror.loadRuns({
        source,
        files,
        digests: digestsOf(files.map((file) => pages.get(file))),
        positions: [...positions.values()],
        advance,
        after,
      });
      this.counts.seen += counts.seen;
      this.counts.inserted += counts.inserted;
      this.counts.updated += counts.updated;
      this.counts.unchanged += counts.unchanged;
      onLoaded?.(this.counts);
    } finally {
      await Promise.all(files.map((file) => rm(file, { force: true })));
    }
  }
}

/** Of all pages, where the later one wins; undefined when they are not known of each. */
function digestsOf(pages: readonly (Digests | undefined)[]): Digests | undefined {
  const all = new Map<string, string>();
  for (const digests of pages) {
    if (digests === undefined) return undefined;
    for (const [runId, digest] of digests) all.set(runId, digest);
  }
  return all;
}

function emptyBatch(): Batch {
  return { pages: new Map(), bytes: 0, since: performance.now(), positions: new Map() };
}
