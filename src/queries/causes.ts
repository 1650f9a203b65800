import type { Problem } from './read-texts.ts';
import type { ViewFile } from './view-file.ts';

/** A view that the engine would not make. */
export interface FailedView {
  file: ViewFile;
  problem: Problem;
}

/**
 * The problems to tell of views that could not be made: those that only miss another of them, or one
 * whose file is broken, come after the cause. Views that use each other in a circle are told once.
 */
export function viewCauses(failed: readonly FailedView[], broken: readonly string[]): Problem[] {
  const byName = new Map(failed.map((it) => [it.file.name, it]));
  const told = new Set<string>();
  return failed.flatMap(({ file, problem }): Problem[] => {
    const path = [file.name];
    let next = missing(problem);
    while (next !== undefined && byName.has(next) && !path.includes(next)) {
      path.push(next);
      next = missing(byName.get(next)?.problem);
    }
    if (next === undefined || !path.includes(next)) {
      const after = path.length > 1 || broken.includes(next ?? '');
      return after ? [] : [problem];
    }
    if (told.has(next)) return [];
    const circle = path.slice(path.indexOf(next));
    for (const name of circle) told.add(name);
    const at = byName.get(next)?.problem ?? problem;
    const message =
      circle.length === 1
        ? `the view ${next} uses itself`
        : `views use each other in a circle: ${[...circle, next].join(', ')}`;
    return [{ ...at, message }];
  });
}

/** The table that the engine does not know. */
const missing = (problem: Problem | undefined): string | undefined =>
  /Table with name (\S+) does not exist/.exec(problem?.message ?? '')?.[1]?.toLowerCase();
