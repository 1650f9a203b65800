import { RunlensError } from '../errors.ts';
import type { Source } from '../sources/source.ts';
import type { Loader } from './loader.ts';
import type { Mirror, RunRef, Slice, SweepPosition } from './mirror.ts';
import { chunked, forEachOf } from './pool.ts';
import { isNotFound } from './scope.ts';
import { SlicedWalk } from './sliced-walk.ts';
import { runRefs, walkRuns } from './walk.ts';

export interface SweepDeps {
  source: Source;
  mirror: Mirror;
  loader: Loader;
  /** Experiments walked at once. */
  concurrency: number;
  pageSize: number;
  signal?: AbortSignal | undefined;
  /** Checked between pages: true ends this slice, and a later sync goes on from there. */
  pause?: () => boolean;
  onExperimentDone?: (experimentId: string) => void;
}

const EVERYTHING: Slice = { fromMs: null, belowMs: null };

/** Ids asked for in one `run_id IN (…)`. */
export const IDS_PER_REQUEST = 200;

/** Walks what is left of the sweep's experiments. @returns whether all of it has been walked now */
export async function walkExperiments(
  deps: SweepDeps,
  positions: readonly SweepPosition[],
): Promise<boolean> {
  const { source, loader, pageSize, signal, pause } = deps;
  const empty: SweepPosition[] = [];
  let paused = false;
  const walks = positions
    .map((position) => new SlicedWalk(position))
    .filter((walk) => walk.slices.length > 0);
  const work = walks.flatMap((walk) => walk.slices.map((slice) => ({ walk, slice })));
  await forEachOf(work, deps.concurrency, async ({ walk, slice }, crew) => {
    const pages = walkRuns(source, {
      experimentIds: [walk.experimentId],
      from: slice.fromMs ?? undefined,
      below: () => slice.belowMs ?? undefined,
      expect: slice.first,
      pageSize,
      signal,
    });
    for await (const page of pages) {
      walk.met ||= page.runs !== undefined;
      const reached = page.position ?? null;
      await loader.add(page.runs, walk.positionWith(slice, reached));
      slice.fromMs = reached;
      slice.pages += 1;
      if (pause?.()) {
        paused = true;
        return;
      }
      if (!page.more || !crew.idle) continue;
      const half = await walk.halve(slice, source, signal);
      if (half !== undefined) crew.add({ walk, slice: half });
    }
    walk.close(slice);
    if (!walk.met && walk.fresh) {
      empty.push(walk.position);
      return;
    }
    await loader.add(undefined, walk.position);
    if (walk.done) deps.onExperimentDone?.(walk.experimentId);
  });
  if (paused) return false;
  return confirmEmpty(deps, empty);
}

/** An empty answer may be a mistake's: experiments without a run are asked for once more, together. */
async function confirmEmpty(deps: SweepDeps, empty: readonly SweepPosition[]): Promise<boolean> {
  const { source, loader, signal } = deps;
  for (const part of chunked(empty, 100)) {
    const experimentIds = part.map((position) => position.experimentId);
    const page = await source.runs({ experimentIds, maxResults: 1, viewType: 'ALL' }, { signal });
    if (page.runs !== undefined) {
      const full = new Set(runRefs(page.runs).map((run) => run.experimentId));
      const again = part
        .filter((position) => full.has(position.experimentId))
        .map((position) => ({ ...position, open: [EVERYTHING] }));
      if (again.length > 0 && !(await walkExperiments(deps, again))) return false;
      const rest = part.filter((position) => !full.has(position.experimentId));
      if (!(await confirmEmpty(deps, rest))) return false;
      continue;
    }
    for (const position of part) {
      await loader.add(undefined, position);
      deps.onExperimentDone?.(position.experimentId);
    }
  }
  return true;
}

/**
 * Removes the runs that the whole sweep has not met, each on the server's own word (invariant 4): an
 * answer that holds a run known to be there and lacks this one, or a plain "does not exist".
 */
export async function removeUnseen({ source, mirror, loader, signal }: SweepDeps): Promise<number> {
  let removed = 0;
  for (;;) {
    const unseen = await mirror.unseenRuns(source.name, IDS_PER_REQUEST);
    if (unseen.length === 0) return removed;
    const { gone, present } = await askFor(source, mirror, loader, unseen, signal);
    await loader.flush();
    removed += await mirror.removeRuns(source.name, gone);
    // Both lists empty the queue: those present are now marked as seen.
    if (gone.length === 0 && present === 0) return removed;
  }
}

async function askFor(
  source: Source,
  mirror: Mirror,
  loader: Loader,
  unseen: readonly RunRef[],
  signal: AbortSignal | undefined,
): Promise<{ gone: string[]; present: number }> {
  const witness = await mirror.seenRun(source.name);
  let pages = witness === undefined ? [] : await readByIds(source, [...unseen, witness], signal);
  let there = new Set(pages.flatMap(runRefs).map((run) => run.runId));
  if (witness === undefined || !there.has(witness.runId)) {
    pages = await readOneByOne(source, unseen, signal);
    there = new Set(pages.flatMap(runRefs).map((run) => run.runId));
  }
  for (const page of pages) await loader.add(page);
  const gone = unseen.filter((run) => !there.has(run.runId)).map((run) => run.runId);
  return { gone, present: unseen.length - gone.length };
}

/** These runs, as far as they are there. Ids are the server's own, so they hold no quote. */
export async function readByIds(
  source: Source,
  runs: readonly RunRef[],
  signal: AbortSignal | undefined,
): Promise<Buffer[]> {
  const ids = runs.map((run) => `'${run.runId.replaceAll("'", '')}'`).join(', ');
  try {
    const page = await source.runs(
      {
        experimentIds: [...new Set(runs.map((run) => run.experimentId))],
        filter: `attributes.run_id IN (${ids})`,
        maxResults: runs.length + 1,
        viewType: 'ALL',
      },
      { signal },
    );
    return page.runs === undefined ? [] : [page.runs];
  } catch (error) {
    // MLflow 1 has no such filter.
    if (!(error instanceof RunlensError && error.code === 'SERVER_REFUSED')) throw error;
    return readOneByOne(source, runs, signal);
  }
}

/** These runs but for those of which the server says that they do not exist. */
async function readOneByOne(
  source: Source,
  runs: readonly RunRef[],
  signal: AbortSignal | undefined,
): Promise<Buffer[]> {
  const pages: Buffer[] = [];
  for (const { runId } of runs) {
    const found = await source.run(runId, { signal });
    if (found !== undefined) pages.push(found.runs);
  }
  return pages;
}

/** Removes mirrored experiments that are not in the listing and that the server says do not exist. */
export async function removeGoneExperiments(
  { source, mirror, signal }: SweepDeps,
  listed: ReadonlySet<string>,
): Promise<number> {
  const gone: string[] = [];
  for (const id of await mirror.experimentIds(source.name)) {
    if (listed.has(id)) continue;
    try {
      await source.experiment(id, { signal });
    } catch (error) {
      if (!isNotFound(error)) throw error;
      gone.push(id);
    }
  }
  return gone.length === 0 ? 0 : mirror.removeExperiments(source.name, gone);
}
