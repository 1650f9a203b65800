import type { Comparison } from '../mlflow/filter.ts';
import type { DemoRun, Int64 } from './run.ts';

export type RunTest = (run: DemoRun) => boolean;
type Scalar = string | Int64;

/** The filter as a real server with a SQLite store applies it. */
export function matches(filter: readonly Comparison[]): RunTest {
  const tests = filter.map(test);
  return (run) => tests.every((holds) => holds(run));
}

function test(comparison: Comparison): RunTest {
  switch (comparison.entity) {
    case 'metric': {
      const { key, op, value } = comparison;
      const holds = comparer(op, value);
      // NaN is unequal to all and otherwise in no order: JavaScript and the server agree.
      return (run) => present(run.metrics.get(key), holds);
    }
    case 'param':
    case 'tag': {
      const { entity, key } = comparison;
      const of = (run: DemoRun): string | undefined =>
        (entity === 'tag' ? run.tags : run.params).get(key);
      if (comparison.value === null) {
        const wanted = comparison.op === 'IS NOT NULL';
        return (run) => (of(run) !== undefined) === wanted;
      }
      const holds = comparer(comparison.op, comparison.value);
      return (run) => present(of(run), holds);
    }
    case 'attribute': {
      const { key, op, value } = comparison;
      const holds = comparer(op, value);
      return (run) => present(attributeOf(run, key), holds);
    }
    case 'dataset': {
      const { key, op, value } = comparison;
      const holds = comparer(op, value);
      return (run) =>
        run.datasets.some((dataset) =>
          key === 'context' ? dataset.contexts.some(holds) : holds(dataset[key]),
        );
    }
  }
}

function present<T>(value: T | undefined, holds: (value: T) => boolean): boolean {
  return value !== undefined && holds(value);
}

/** A run's name is its tag `mlflow.runName`: the server looks there too. */
export function attributeOf(run: DemoRun, key: string): Scalar | undefined {
  switch (key) {
    case 'start_time':
      return run.startTime;
    case 'end_time':
      return run.endTime;
    case 'run_id':
      return run.runId;
    case 'run_name':
      return run.tags.get('mlflow.runName');
    case 'user_id':
      return run.userId;
    case 'status':
      return run.status;
    default:
      return run.artifactUri;
  }
}

function comparer(op: string, value: Scalar | readonly string[]): (left: Scalar) => boolean {
  if (typeof value === 'object') {
    const listed = new Set<Scalar>(value);
    return (left) => listed.has(left) === (op === 'IN');
  }
  switch (op) {
    case '=':
      return (left) => equal(left, value);
    case '!=':
      return (left) => !equal(left, value);
    case '>':
      return (left) => left > value;
    case '>=':
      return (left) => left >= value;
    case '<':
      return (left) => left < value;
    case '<=':
      return (left) => left <= value;
    case 'LIKE': {
      const pattern = like(String(value));
      return (left) => pattern.test(String(left));
    }
    default: {
      const pattern = like(asciiLower(String(value)));
      return (left) => pattern.test(asciiLower(String(left)));
    }
  }
}

/** Across numbers and bigints, which `===` never finds equal. */
function equal(a: Scalar, b: Scalar): boolean {
  return typeof a === typeof b ? a === b : !(a < b) && !(b < a);
}

function like(pattern: string): RegExp {
  const source = pattern
    .replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
    .replace(/%+/g, '[^]*')
    .replaceAll('_', '[^]');
  return new RegExp(`^${source}$`, 'u');
}

/** SQLite lowers A to Z and nothing else. */
function asciiLower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
