import type { Value } from '../engine/engine.ts';
import { RunlensError } from '../errors.ts';
import type { Condition } from '../queries/select.ts';
import { readView, textOf, type Row, type ViewReader } from './read-view.ts';

/** One run with all that belongs to it. */
export interface RunView {
  run: Row;
  experimentName: string;
  metrics: Row[];
  params: Row[];
  tags: Row[];
  datasets: Row[];
  parent: Row | undefined;
  children: Row[];
  /** The parent's other runs; not the run itself. */
  siblings: Row[];
}

export interface ReadRunOptions extends ViewReader {
  runId: string;
  /** Needed only when two servers have the same run id. */
  source: string | undefined;
}

/** Children and other lists stop here; the page says so. */
export const MAX_ROWS = 1_000;

/** @throws RunlensError NOT_FOUND, or BAD_REQUEST when two servers have the run and none is named */
export async function readRun({ runId, source, ...from }: ReadRunOptions): Promise<RunView> {
  const read = (name: string, where: Condition[], orderBy?: string): Promise<Row[]> =>
    readView(from, name, {
      where,
      limit: MAX_ROWS,
      orderBy: orderBy === undefined ? [] : [{ column: orderBy, direction: 'asc' }],
    });
  const run = await readRunRow({ runId, source, ...from });
  const server = equal('source', run['source'] ?? null);
  const own = [server, equal('run_id', runId)];
  const parentId = run['parent_run_id'] ?? null;
  const experiment = equal('experiment_id', run['experiment_id'] ?? null);
  const [experiments, metrics, params, tags, datasets, parents, children, family] = [
    await read('experiments', [server, experiment]),
    await read('metrics', own, 'key'),
    await read('params', own, 'key'),
    await read('tags', own, 'key'),
    await read('dataset_inputs', own, 'name'),
    parentId === null ? [] : await read('runs', [server, equal('run_id', parentId)]),
    await read('runs', [server, equal('parent_run_id', runId)], 'start_time'),
    parentId === null
      ? []
      : await read('runs', [server, equal('parent_run_id', parentId)], 'start_time'),
  ];
  const siblings = family.filter((it) => it['run_id'] !== run['run_id']);
  const experimentName = String(experiments[0]?.['name'] ?? run['experiment_id']);
  const [parent] = parents;
  return { run, experimentName, metrics, params, tags, datasets, parent, children, siblings };
}

const equal = (column: string, value: Value): Condition => ({ column, op: '=', value });

/**
 * A run's own row.
 * @throws RunlensError NOT_FOUND, or BAD_REQUEST when two servers have the run and none is named
 */
export async function readRunRow({ runId, source, ...from }: ReadRunOptions): Promise<Row> {
  const named = source === undefined ? [] : [equal('source', source)];
  const where = [equal('run_id', runId), ...named];
  const found = await readView(from, 'runs', { where, limit: MAX_ROWS });
  const [run, second] = found;
  if (run === undefined) throw new RunlensError('NOT_FOUND', `no run ${runId} in the mirror`);
  if (second === undefined) return run;
  throw new RunlensError('BAD_REQUEST', `several tracking servers have a run ${runId}`, {
    field: 'source',
    hint: `Add ?source=, one of ${found.map((it) => textOf(it['source'])).join(', ')}.`,
  });
}
