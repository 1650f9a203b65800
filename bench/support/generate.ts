import type { JsonRun } from './json-run.ts';

/** mulberry32: small, seeded, the same on every machine. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export interface GenerateOptions {
  experiments?: number;
  users?: number;
  metrics?: number;
  params?: number;
  tags?: number;
  seed?: number;
}

const YEAR_MS = 365 * 86_400_000;
const FIRST_START = Date.UTC(2024, 0, 1);

/** Experiment ids of a generated server: 1, 2, … */
export function experimentIds(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(index + 1));
}

/**
 * Runs as `runs/search` sends them, each experiment's in order of start: two years, 10 metrics,
 * 15 params and 8 tags a run unless said otherwise, 1% NaN and 0.2% Infinity among the metrics.
 */
export function* generateRuns(
  experiment: string,
  count: number,
  { users = 200, metrics = 10, params = 15, tags = 8, seed = 1 }: GenerateOptions = {},
): Generator<JsonRun> {
  const next = random(seed * 1_000_003 + Number(experiment));
  const hex = (): string =>
    Math.floor(next() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  for (let index = 0; index < count; index++) {
    const runId = hex() + hex() + hex() + hex();
    const start = FIRST_START + Math.floor((index / count) * 2 * YEAR_MS) + Number(experiment);
    const user = `user-${Math.floor(next() ** 2 * users)}`;
    const draw = next();
    const status =
      draw < 0.9 ? 'FINISHED' : draw < 0.96 ? 'FAILED' : draw < 0.99 ? 'KILLED' : 'RUNNING';
    yield {
      info: {
        run_uuid: runId,
        experiment_id: experiment,
        run_name: `run-${index}`,
        user_id: user,
        status,
        start_time: start,
        ...(status === 'RUNNING' ? {} : { end_time: start + Math.floor(next() * 7_200_000) }),
        artifact_uri: `mlflow-artifacts:/${experiment}/${runId}/artifacts`,
        lifecycle_stage: 'active',
        run_id: runId,
      },
      data: {
        metrics: Array.from({ length: metrics }, (_, at) => {
          const special = next();
          return {
            key: metricKey((at * 7 + index) % (metrics * 4)),
            value: special < 0.01 ? 'NaN' : special < 0.012 ? 'Infinity' : next(),
            timestamp: start + at,
            step: at,
          };
        }),
        params: Array.from({ length: params }, (_, at) => ({
          key: `param_${at}`,
          value: (next() * 1000).toFixed(3),
        })),
        tags: [
          { key: 'mlflow.user', value: user },
          { key: 'mlflow.source.name', value: 'train.py' },
          { key: 'mlflow.runName', value: `run-${index}` },
          ...Array.from({ length: Math.max(0, tags - 3) }, (_, at) => ({
            key: `tag_${at}`,
            value: `value-${Math.floor(next() * 50)}`,
          })),
        ],
      },
      inputs: {},
      outputs: {},
    };
  }
}

function metricKey(at: number): string {
  return at === 0 ? 'val_loss' : `metric_${at}`;
}
