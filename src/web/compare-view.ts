import { RunlensError } from '../errors.ts';
import type { Condition, SelectOptions } from '../queries/select.ts';
import { nameOf, readView, textOf, type Row, type ViewReader } from './read-view.ts';

/** One param, and its value in each run; undefined where a run has none. */
export interface ComparedParam {
  key: string;
  values: (string | undefined)[];
}

/** One metric, and its latest value in each run. */
export interface ComparedMetric {
  key: string;
  direction: 'minimize' | 'maximize';
  values: (number | undefined)[];
  /** Which runs are the best; none when there is nothing to choose between. */
  best: boolean[];
}

/** Some runs side by side; every list is in the order of `runs`. */
export interface Comparison {
  runs: Row[];
  /** What to call each run: its name, after the beginning of its id where two share one. */
  labels: string[];
  experimentNames: string[];
  differing: ComparedParam[];
  same: ComparedParam[];
  metrics: ComparedMetric[];
}

/** More side by side can no longer be read. */
export const MAX_RUNS = 10;

/** Enough for ten runs with a thousand params or metrics each. */
const MAX_VALUES = 10_000;

export interface ReadComparisonOptions extends ViewReader {
  runIds: readonly string[];
  /** Needed only when two servers have the same run id. */
  source: string | undefined;
}

/**
 * @throws RunlensError BAD_REQUEST unless two to ten runs are asked for, or when two servers have
 * one of them; NOT_FOUND for a run that is not there
 */
export async function readComparison({
  runIds,
  source,
  ...from
}: ReadComparisonOptions): Promise<Comparison> {
  const ids = [...new Set(runIds)];
  if (ids.length < 2 || ids.length > MAX_RUNS) {
    throw new RunlensError('BAD_REQUEST', `a comparison takes 2 to ${MAX_RUNS} runs`, {
      field: 'run',
      hint: `Choose 2 to ${MAX_RUNS} runs; the address names each as run=ID.`,
    });
  }
  const own: Condition[] = [
    { column: 'run_id', op: 'in', value: ids },
    ...(source === undefined ? [] : [{ column: 'source', op: '=' as const, value: source }]),
  ];
  const found = await readView(from, 'runs', { where: own, limit: MAX_VALUES });
  const runs = ids.map((id) => pick(found, id));
  const read = (name: string): Promise<Row[]> => {
    const options: SelectOptions = {
      where: own,
      orderBy: [{ column: 'key', direction: 'asc' }],
      limit: MAX_VALUES,
    };
    return readView(from, name, options);
  };
  const params = byKey(runs, await read('params')).map(([key, row]): ComparedParam => {
    return { key, values: row.map((it) => it && textOf(it['value'])) };
  });
  const values = byKey(runs, await read('metrics'));
  const directions = await readDirections(from, runs);
  const metrics = values.map(([key, row]): ComparedMetric => {
    const numbers = row.map((it) => (it === undefined ? undefined : Number(it['value'])));
    const direction = directions.get(key) ?? 'maximize';
    return { key, direction, values: numbers, best: bestOf(numbers, direction) };
  });
  const experiments = await readView(from, 'experiments', {
    where: [{ column: 'experiment_id', op: 'in', value: distinct(runs, 'experiment_id') }],
    limit: MAX_VALUES,
  });
  return {
    runs,
    labels: labelsOf(runs),
    experimentNames: runs.map((run) => {
      const its = experiments.find(
        (it) => it['source'] === run['source'] && it['experiment_id'] === run['experiment_id'],
      );
      return textOf(its?.['name'] ?? run['experiment_id']);
    }),
    differing: params.filter((it) => !isSame(it)),
    same: params.filter(isSame),
    metrics,
  };
}

function pick(found: readonly Row[], id: string): Row {
  const [run, second] = found.filter((it) => it['run_id'] === id);
  if (run === undefined) throw new RunlensError('NOT_FOUND', `no run ${id} in the mirror`);
  if (second === undefined) return run;
  throw new RunlensError('BAD_REQUEST', `several tracking servers have a run ${id}`, {
    field: 'source',
    hint: 'Add ?source=, the name of one of them.',
  });
}

/** Rows of a key in the order of the runs. */
function byKey(runs: readonly Row[], rows: readonly Row[]): [string, (Row | undefined)[]][] {
  const place = new Map(
    runs.map((run, at) => [`${textOf(run['run_id'])} ${textOf(run['source'])}`, at]),
  );
  const keys = new Map<string, (Row | undefined)[]>();
  for (const row of rows) {
    const at = place.get(`${textOf(row['run_id'])} ${textOf(row['source'])}`);
    if (at === undefined) continue;
    const key = textOf(row['key']);
    const list = keys.get(key) ?? runs.map(() => undefined);
    list[at] = row;
    keys.set(key, list);
  }
  return [...keys];
}

/** Which way each metric is better, as the view guesses it. */
async function readDirections(
  from: ViewReader,
  runs: readonly Row[],
): Promise<Map<string, ComparedMetric['direction']>> {
  const rows = await readView(from, 'metric_keys', {
    columns: ['key', 'direction'],
    where: [
      { column: 'source', op: 'in', value: distinct(runs, 'source') },
      { column: 'experiment_id', op: 'in', value: distinct(runs, 'experiment_id') },
    ],
    limit: MAX_VALUES,
  });
  return new Map(
    rows.map((it) => [
      textOf(it['key']),
      it['direction'] === 'minimize' ? 'minimize' : ('maximize' as const),
    ]),
  );
}

const distinct = (runs: readonly Row[], column: string): string[] => [
  ...new Set(runs.map((it) => textOf(it[column]))),
];

const isSame = ({ values: [first, ...rest] }: ComparedParam): boolean =>
  rest.every((it) => it === first);

/** The best values share the mark; NaN is never best, and equal values leave nothing to mark. */
function bestOf(
  values: readonly (number | undefined)[],
  direction: ComparedMetric['direction'],
): boolean[] {
  const numbers = values.filter((it): it is number => it !== undefined && !Number.isNaN(it));
  const best = direction === 'minimize' ? Math.min(...numbers) : Math.max(...numbers);
  const open = new Set(numbers).size > 1;
  return values.map((it) => open && it === best);
}

/** The beginnings of ids come first: what names have in common would push them out of sight. */
function labelsOf(runs: readonly Row[]): string[] {
  const ids = runs.map((run) => textOf(run['run_id']));
  const short = ids.map((it) => it.slice(0, 8));
  const told = new Set(short).size === ids.length ? short : ids;
  const names = runs.map(nameOf);
  return names.map((name, at) =>
    names.indexOf(name) === names.lastIndexOf(name) ? name : `${told[at] ?? ''} · ${name}`,
  );
}
