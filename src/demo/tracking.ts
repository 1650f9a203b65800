import { FilterError } from '../mlflow/filter-error.ts';
import { parseFilter } from '../mlflow/filter.ts';
import { parseOrderBy, type OrderBy } from '../mlflow/order-by.ts';
import { ApiError, invalid } from './api-error.ts';
import { matches } from './match.ts';
import type { RequestMessage } from './message.ts';
import { inOrder } from './order.ts';
import { pageOf } from './page.ts';
import type { DemoExperiment, Recording } from './recording.ts';
import { latestPoint } from './run.ts';
import { printOne, printPage } from './text.ts';

/** One endpoint: a request in, the printed answer out; it throws ApiError or FilterError. */
export type Endpoint = (recording: Recording, message: RequestMessage) => string;

export const searchRuns: Endpoint = (recording, message) => {
  // 3.18 passes over ids that are JSON numbers; older servers took them.
  const given = message.list('experiment_ids').filter((id) => typeof id === 'string');
  const wanted = new Set(given.map(experimentId));
  const shown = message.shows('run_view_type');
  const size = message.pageSize(1000);
  const holds = matches(parseFilter(message.text('filter')));
  const order = orderOf(message.list('order_by'));
  const found = recording.runs.filter(
    (run) => wanted.has(run.experimentId) && shown(run) && holds(run),
  );
  const { items, token } = pageOf(inOrder(found, order), size, message.text('page_token'));
  return printPage(
    'runs',
    items.map((run) => run.text),
    token,
  );
};

export const getRun: Endpoint = (recording, message) => {
  const id = message.text('run_id') || message.text('run_uuid') || message.required('run_id');
  const run = recording.runById.get(id);
  if (run === undefined) throw new ApiError('RESOURCE_DOES_NOT_EXIST', `no run ${id}`);
  return printOne('run', run.text);
};

/** A run or key that is not there has an empty history, not an error. */
export const getHistory: Endpoint = (recording, message) => {
  const runId = message.text('run_id') || message.text('run_uuid') || message.required('run_id');
  const key = message.required('metric_key');
  const run = recording.runById.get(runId);
  const latest = run === undefined ? undefined : latestPoint(run, key);
  const points = recording.history(runId, key) ?? (latest === undefined ? [] : [latest]);
  const size = message.pageSize(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  const { items, token } = pageOf(points, size, message.text('page_token'));
  return printPage('metrics', items, token);
};

/** Paging and view types only: neither Runlens nor the recording's order needs more. */
export const searchExperiments: Endpoint = (recording, message) => {
  const size = message.pageSize(0);
  if (message.text('filter') !== '' || message.list('order_by').length > 0) {
    throw invalid('the sample server neither filters nor orders experiments');
  }
  const shown = recording.experiments.filter(message.shows('view_type'));
  const { items, token } = pageOf(shown, size, message.text('page_token'));
  return printPage(
    'experiments',
    items.map((experiment) => experiment.text),
    token,
  );
};

export const getExperiment: Endpoint = (recording, message) => {
  const id = experimentId(message.required('experiment_id'));
  return oneExperiment(recording, (experiment) => experiment.id === id, id);
};

/** Finds deleted experiments too, as the server does. */
export const getExperimentByName: Endpoint = (recording, message) => {
  const name = message.required('experiment_name');
  return oneExperiment(recording, (experiment) => experiment.name === name, name);
};

function oneExperiment(
  recording: Recording,
  is: (experiment: DemoExperiment) => boolean,
  asked: string,
): string {
  const found = recording.experiments.find(is);
  if (found === undefined) throw new ApiError('RESOURCE_DOES_NOT_EXIST', `no experiment ${asked}`);
  return printOne('experiment', found.text);
}

function experimentId(value: string): string {
  const digits = value.trim();
  if (!/^[+-]?\d+$/.test(digits)) throw invalid(`experiment id '${digits}' is no integer`);
  return BigInt(digits.replace('+', '')).toString();
}

function orderOf(clauses: readonly unknown[]): OrderBy[] {
  const order = clauses.map((clause) => {
    if (typeof clause !== 'string') throw invalid(`'order_by' holds ${JSON.stringify(clause)}`);
    return parseOrderBy(clause);
  });
  const fields = new Set(order.map(({ entity, key }) => `${entity}.${key}`));
  // The server forgets to call this the client's fault.
  if (fields.size < order.length)
    throw new ApiError('INTERNAL_ERROR', "'order_by' repeats a field");
  return order;
}

/** What an endpoint threw, as the API says it; undefined for what is our own fault. */
export function asApiError(thrown: unknown): ApiError | undefined {
  if (thrown instanceof FilterError)
    return invalid(`${thrown.message} (${thrown.field}, ${thrown.hint})`);
  return thrown instanceof ApiError ? thrown : undefined;
}
