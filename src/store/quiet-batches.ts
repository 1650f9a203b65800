import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { RunCounts } from '../ingest/mirror.ts';

/** Batches of one state of the data; there are hardly more than sources. */
const MAX_BATCHES = 100;

/**
 * Batches that changed nothing: the same answers again would change nothing again, for as long as the
 * data is as it was. That is what a refresh meets when nothing happened, mostly runs under way for long,
 * and to tell it by its bytes costs far less than to read the runs.
 */
export class QuietBatches {
  /** By source and size: what is new is nearly always told by that alone, without reading it once more. */
  readonly #batches = new Map<string, { digest: string; counts: RunCounts }>();
  #dataVersion: number | undefined;

  /** What became of the runs of these files, if they are such a batch. */
  async find(
    source: string,
    files: readonly string[],
    dataVersion: number,
  ): Promise<RunCounts | undefined> {
    if (this.#dataVersion !== dataVersion) return undefined;
    const known = this.#batches.get(await keyOf(source, files));
    if (known === undefined) return undefined;
    return known.digest === (await digestOf(files)) ? known.counts : undefined;
  }

  async add(
    source: string,
    files: readonly string[],
    dataVersion: number,
    counts: RunCounts,
  ): Promise<void> {
    if (this.#dataVersion !== dataVersion || this.#batches.size >= MAX_BATCHES) {
      this.#batches.clear();
    }
    this.#dataVersion = dataVersion;
    this.#batches.set(await keyOf(source, files), { digest: await digestOf(files), counts });
  }
}

async function keyOf(source: string, files: readonly string[]): Promise<string> {
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  return `${source} ${sizes.reduce((sum, size) => sum + size, 0)}`;
}

/** Of the answers in any order: they are asked for side by side. */
async function digestOf(files: readonly string[]): Promise<string> {
  const digests: string[] = [];
  // One after the other: each holds up the event loop for some milliseconds.
  for (const file of files) {
    digests.push(
      createHash('sha256')
        .update(await readFile(file))
        .digest('base64'),
    );
  }
  return digests.toSorted().join();
}
