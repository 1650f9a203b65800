import type { OrderBy } from '../mlflow/order-by.ts';
import { attributeOf } from './match.ts';
import type { DemoRun, Int64 } from './run.ts';

type Sortable = string | Int64 | undefined;
type Compare = (a: DemoRun, b: DemoRun) => number;

/** The server's total order: the clauses, then newest first unless they say, then the run's id. */
export function inOrder(runs: readonly DemoRun[], clauses: readonly OrderBy[]): DemoRun[] {
  const steps: Compare[] = clauses.map((clause) => {
    const of = valueOf(clause);
    const sign = clause.ascending ? 1 : -1;
    return (a, b) => compare(of(a), of(b), sign);
  });
  if (!clauses.some(({ entity, key }) => entity === 'attribute' && key === 'start_time')) {
    steps.push((a, b) => compare(a.startTime, b.startTime, -1));
  }
  steps.push((a, b) => compare(a.runId, b.runId, 1));
  return runs.toSorted((a, b) => {
    for (const step of steps) {
      const sign = step(a, b);
      if (sign !== 0) return sign;
    }
    return 0;
  });
}

function valueOf({ entity, key }: OrderBy): (run: DemoRun) => Sortable {
  switch (entity) {
    case 'metric':
      return (run) => run.metrics.get(key);
    case 'param':
      return (run) => run.params.get(key);
    case 'tag':
      return (run) => run.tags.get(key);
    case 'attribute':
      return (run) => attributeOf(run, key);
  }
}

function compare(a: Sortable, b: Sortable, sign: 1 | -1): number {
  const placed = place(a) - place(b);
  if (placed !== 0) return placed;
  if (a === undefined || b === undefined || a === b) return 0;
  if (typeof a === 'string' && typeof b === 'string') return sign * byCodePoint(a, b);
  return a < b ? -sign : a > b ? sign : 0;
}

/** Values first, then NaN, then runs without the value, whatever the direction. */
function place(value: Sortable): number {
  if (value === undefined) return 2;
  return Number.isNaN(value) ? 1 : 0;
}

/** SQLite orders bytes of UTF-8, which is the order of code points, not of UTF-16 units. */
function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
