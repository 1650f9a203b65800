import { RunlensError } from '../errors.ts';
import type { Condition } from '../queries/select.ts';
import { readView, textOf, type ViewReader } from './read-view.ts';
import { readRunRow } from './run-view.ts';

export interface BestOtherOptions extends ViewReader {
  runId: string;
  source: string | undefined;
  metric: string;
}

/**
 * The run of the same experiment that is best by a metric, the run itself left out.
 * @throws RunlensError NOT_FOUND when no other run has a value of it
 */
export async function bestOther({
  runId,
  source,
  metric,
  ...from
}: BestOtherOptions): Promise<string> {
  const run = await readRunRow({ runId, source, ...from });
  const where: Condition[] = [
    { column: 'source', op: '=', value: run['source'] ?? null },
    { column: 'experiment_id', op: '=', value: run['experiment_id'] ?? null },
    { column: 'key', op: '=', value: metric },
    { column: 'run_id', op: '!=', value: runId },
  ];
  const [best] = await readView(from, 'ranked_runs', {
    columns: ['run_id'],
    where,
    orderBy: [
      { column: 'place', direction: 'asc' },
      { column: 'started_at', direction: 'asc' },
    ],
    limit: 1,
  });
  if (best !== undefined) return textOf(best['run_id']);
  throw new RunlensError('NOT_FOUND', `no other run of the experiment has the metric ${metric}`);
}
