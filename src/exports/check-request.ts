import { RunlensError } from '../errors.ts';
import type { ChoiceField } from './choice.ts';
import type { ExportRequest } from './export.ts';

const OF_RUNS = ['runs', 'runs-nested', 'metrics', 'params', 'tags'];

/** Under what name people give each part of a choice of runs. */
const FIELDS = {
  source: 'source',
  experiments: 'experiment',
  viewType: 'view_type',
  filter: 'filter',
  since: 'since',
  until: 'until',
  status: 'status',
  user: 'user',
} as const satisfies Partial<Record<keyof ExportRequest, ChoiceField>>;

/**
 * Refuses what would have no effect: rows that were not asked for look like those that were.
 * @throws RunlensError BAD_REQUEST naming the field
 */
export function checkRequest(request: ExportRequest): void {
  const { frame, format, statement, columns, compression } = request;
  const refuse = (field: ChoiceField, hint: string): never => {
    throw new RunlensError('BAD_REQUEST', `${frame} takes no ${field}`, { field, hint });
  };
  if (statement !== undefined || !OF_RUNS.includes(frame)) {
    for (const [name, field] of Object.entries(FIELDS)) {
      if (request[name as keyof typeof FIELDS] === undefined) continue;
      refuse(field, `Runs are chosen for ${OF_RUNS.join(', ')}.`);
    }
  }
  const chooses = frame === 'runs' || frame === 'experiments' || frame.startsWith('view:');
  if (columns !== undefined && (statement !== undefined || !chooses)) {
    refuse('columns', 'Columns are chosen for runs, experiments and view:NAME.');
  }
  if (compression === undefined || format === 'arrow' || format === 'arrows') return;
  throw new RunlensError('BAD_REQUEST', `${format} takes no compression`, {
    field: 'compression',
    hint: 'It is for arrow and arrows; Parquet is always packed with zstd.',
  });
}
