import type { Bindable } from '../engine/engine.ts';
import { RunlensError } from '../errors.ts';
import type { Snapshot } from './snapshot.ts';

export type ViewType = 'active' | 'deleted' | 'all';

/** Which runs: as `mlflow.search_runs()` chooses them, and by what people ask for besides. */
export interface RunChoice {
  /** One tracking server's runs; default all. */
  source?: string | undefined;
  /** Names or ids; default all experiments that are not deleted. */
  experiments?: readonly string[] | undefined;
  /** Default active. */
  viewType?: ViewType | undefined;
  /** MLflow's filter syntax. */
  filter?: string | undefined;
  /** Start of the run at or after this, before that. */
  since?: Date | undefined;
  until?: Date | undefined;
  status?: readonly string[] | undefined;
  user?: readonly string[] | undefined;
}

/** A test of the run `r`, its values numbered by `bind`. */
export type RunTest = (bind: (value: Bindable) => string) => string;

export interface Selection {
  rows: number;
  /** Runs with a start, and with an end. */
  started: number;
  ended: number;
  sources: number;
}

/**
 * Numbers the chosen runs as MLflow orders them by default, newest first, in the temporary table
 * `chosen` (pos from 0, run_no).
 * @throws RunlensError NOT_FOUND (no such source), EXPERIMENT_NOT_FOUND
 */
export async function selectRuns(
  snapshot: Snapshot,
  choice: RunChoice,
  filter?: RunTest,
): Promise<Selection> {
  const values: Bindable[] = [];
  const bind = (value: Bindable): string => `$${values.push(value)}`;
  const list = (items: readonly string[]): string => items.map(bind).join(', ');
  const { source, experiments = [], viewType = 'active', since, until, status, user } = choice;
  const tests = ['true'];
  if (source !== undefined) checkSource(snapshot, source);
  if (source !== undefined) tests.push(`r.source = ${bind(source)}`);
  if (experiments.length > 0) {
    await checkExperiments(snapshot, experiments, source);
    const named = list(experiments);
    tests.push(`(e.experiment_id in (${named}) or e.name in (${named}))`);
  } else {
    tests.push(`e.lifecycle_stage = 'active'`);
  }
  if (viewType !== 'all') tests.push(`r.lifecycle_stage = ${bind(viewType)}`);
  if (since !== undefined) tests.push(`r.start_ms >= ${bind(BigInt(since.getTime()))}`);
  if (until !== undefined) tests.push(`r.start_ms < ${bind(BigInt(until.getTime()))}`);
  if (status !== undefined) tests.push(`r.status in (${list(status)})`);
  if (user !== undefined) tests.push(`r.user_name in (${list(user)})`);
  if (filter !== undefined) tests.push(filter(bind));
  await snapshot.run(
    `create temp table chosen as
    select
      cast(row_number() over (order by r.start_ms desc nulls last, r.run_id, r.source) - 1 as integer)
        as pos,
      r.run_no
    from mirror.runs r
    join mirror.experiments e on e.source = r.source and e.experiment_id = r.experiment_id
    where ${tests.join(' and ')}`,
    values,
  );
  const [counts] = await snapshot.rows(
    `select count(*), count(r.start_ms), count(r.end_ms), count(distinct r.source)
    from chosen c join mirror.runs r on r.run_no = c.run_no`,
  );
  const [rows = 0, started = 0, ended = 0, sources = 0] = (counts ?? []).map(Number);
  return { rows, started, ended, sources };
}

function checkSource({ state: { sources } }: Snapshot, wanted: string): void {
  if (sources.some(({ source }) => source === wanted)) return;
  throw new RunlensError('NOT_FOUND', `no source ${JSON.stringify(wanted)}`, {
    field: 'source',
    hint: `Sources: ${sources.map(({ source }) => source).join(', ')}.`,
  });
}

async function checkExperiments(
  snapshot: Snapshot,
  experiments: readonly string[],
  source: string | undefined,
): Promise<void> {
  for (const experiment of experiments) {
    const found = await snapshot.rows(
      `select 1 from mirror.experiments
      where (experiment_id = $1 or name = $1) and source = coalesce($2, source) limit 1`,
      [experiment, source ?? null],
    );
    if (found.length > 0) continue;
    throw new RunlensError('EXPERIMENT_NOT_FOUND', `no experiment ${JSON.stringify(experiment)}`, {
      field: 'experiment',
    });
  }
}
