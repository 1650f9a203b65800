import type { DemoRun } from '../../src/demo/run.ts';

export interface ModelMetric {
  value: number;
  step: bigint;
  timestamp: bigint;
}

/** A run as the model of a tracking server holds it. Times are ms since 1970 UTC. */
export interface ModelRun {
  runId: string;
  experimentId: string;
  userId: string;
  status: string;
  startTime: bigint;
  endTime: bigint | undefined;
  deleted: boolean;
  metrics: Map<string, ModelMetric>;
  params: Map<string, string>;
  tags: Map<string, string>;
}

/** The server's rule for the latest value: highest step, then time, then value. */
export function logMetric(run: ModelRun, key: string, next: ModelMetric): void {
  const held = run.metrics.get(key);
  const newer =
    held === undefined ||
    next.step > held.step ||
    (next.step === held.step &&
      (next.timestamp > held.timestamp ||
        (next.timestamp === held.timestamp && next.value > held.value)));
  if (newer) run.metrics.set(key, next);
}

/** As the sample server serves it: the printed run, and what filters and orders look at. */
export function toServed(run: ModelRun): DemoRun {
  return {
    text: print(run),
    runId: run.runId,
    experimentId: run.experimentId,
    userId: run.userId,
    status: run.status,
    artifactUri: '',
    deleted: run.deleted,
    startTime: run.startTime,
    endTime: run.endTime,
    metrics: new Map([...run.metrics].map(([key, { value }]) => [key, value])),
    params: run.params,
    tags: run.tags,
    datasets: [],
  };
}

/** As the server prints it: special doubles as strings, the sign of zero kept. */
function double(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  return Number.isFinite(value) ? String(value) : JSON.stringify(String(value));
}

function print(run: ModelRun): string {
  const quoted = JSON.stringify;
  const pairs = (map: Map<string, string>): string =>
    [...map].map(([key, value]) => `{"key": ${quoted(key)}, "value": ${quoted(value)}}`).join(', ');
  const metrics = [...run.metrics].map(
    ([key, { value, step, timestamp }]) =>
      `{"key": ${quoted(key)}, "value": ${double(value)}, ` +
      `"timestamp": ${timestamp}, "step": ${step}}`,
  );
  const end = run.endTime === undefined ? '' : `"end_time": ${run.endTime}, `;
  return (
    `    {"info": {"run_id": ${quoted(run.runId)}, "experiment_id": ${quoted(run.experimentId)}, ` +
    `"run_name": ${quoted(run.tags.get('mlflow.runName') ?? '')}, "user_id": ${quoted(run.userId)}, ` +
    `"status": ${quoted(run.status)}, "start_time": ${run.startTime}, ${end}"artifact_uri": "", ` +
    `"lifecycle_stage": ${quoted(run.deleted ? 'deleted' : 'active')}}, "data": {` +
    `"metrics": [${metrics.join(', ')}], "params": [${pairs(run.params)}], ` +
    `"tags": [${pairs(run.tags)}]}, "inputs": {}}`
  );
}
