import type { Reader, Value } from '../engine/engine.ts';
import { RunlensError } from '../errors.ts';
import { select, type Condition } from '../queries/select.ts';
import type { Catalog } from '../queries/view.ts';

/** One run with all that belongs to it. */
export interface RunView {
  run: Record<string, Value>;
  experimentName: string;
  metrics: Row[];
  params: Row[];
  tags: Row[];
  datasets: Row[];
  parent: Row | undefined;
  children: Row[];
}

export type Row = Record<string, Value>;

export interface ReadRunOptions {
  runId: string;
  /** Needed only when two servers have the same run id. */
  source: string | undefined;
  catalog: Catalog;
  reader: Reader;
}

/** Children and other lists stop here; the page says so. */
export const MAX_ROWS = 1_000;

/** @throws RunlensError NOT_FOUND, or BAD_REQUEST when two servers have the run and none is named */
export async function readRun({
  runId,
  source,
  catalog,
  reader,
}: ReadRunOptions): Promise<RunView> {
  const read = async (name: string, where: Condition[], orderBy?: string): Promise<Row[]> => {
    const view = catalog.get(name);
    if (view === undefined) throw new RunlensError('NOT_FOUND', `there is no view ${name}`);
    const { sql, values } = select(view, {
      where,
      limit: MAX_ROWS,
      orderBy: orderBy === undefined ? [] : [{ column: orderBy, direction: 'asc' }],
    });
    const { columns, rows } = await reader.query(sql, values);
    return rows.map((row) =>
      Object.fromEntries(columns.map((it, at) => [it.name, row[at] ?? null])),
    );
  };
  const equal = (column: string, value: Value): Condition => ({ column, op: '=', value });
  const found = await read('runs', [
    equal('run_id', runId),
    ...(source === undefined ? [] : [equal('source', source)]),
  ]);
  const [run, second] = found;
  if (run === undefined) throw new RunlensError('NOT_FOUND', `no run ${runId} in the mirror`);
  if (second !== undefined) {
    throw new RunlensError('BAD_REQUEST', `several tracking servers have a run ${runId}`, {
      field: 'source',
      hint: `Add ?source=, one of ${found.map((it) => String(it['source'])).join(', ')}.`,
    });
  }
  const server = equal('source', run['source'] ?? null);
  const own = [server, equal('run_id', runId)];
  const parentId = run['parent_run_id'] ?? null;
  const experiment = equal('experiment_id', run['experiment_id'] ?? null);
  const [experiments, metrics, params, tags, datasets, parents, children] = [
    await read('experiments', [server, experiment]),
    await read('metrics', own, 'key'),
    await read('params', own, 'key'),
    await read('tags', own, 'key'),
    await read('dataset_inputs', own, 'name'),
    parentId === null ? [] : await read('runs', [server, equal('run_id', parentId)]),
    await read('runs', [server, equal('parent_run_id', runId)], 'start_time'),
  ];
  const experimentName = String(experiments[0]?.['name'] ?? run['experiment_id']);
  return { run, experimentName, metrics, params, tags, datasets, parent: parents[0], children };
}
