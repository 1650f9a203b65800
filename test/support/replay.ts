import { join } from 'node:path';
import { RawApi, text } from '../contract/raw-api.ts';
import { packagePath } from '../../src/paths.ts';
import type { MlflowServer } from './mlflow-server.ts';
import type { ModelRun } from './model-run.ts';
import type { ModelExperiment, ModelServer } from './model-server.ts';
import { runPython } from './python.ts';

/** A copy of what the model held, to see what a step changed. */
interface State {
  experiments: Map<string, ModelExperiment>;
  runs: Map<string, ModelRun>;
}

const copyOf = ({ experiments, runs }: ModelServer): State =>
  structuredClone({ experiments, runs });

/**
 * Does to a real tracking server what a schedule did to the model. The server gives ids of its own;
 * `modelId` leads back. Rows are removed for good in the server's database, as `mlflow gc` does.
 */
export class Replay {
  readonly realId = new Map<string, string>();
  readonly modelId = new Map<string, string>();
  readonly #model: ModelServer;
  readonly #server: MlflowServer;
  readonly #python: string;
  readonly #api: RawApi;
  readonly #prefix: string;
  #before: State;

  /** @param prefix of experiment names, so that several schedules can share a server */
  constructor(model: ModelServer, server: MlflowServer, python: string, prefix: string) {
    this.#model = model;
    this.#server = server;
    this.#python = python;
    this.#api = new RawApi(server.url);
    this.#prefix = prefix;
    this.#before = { experiments: new Map(), runs: new Map() };
  }

  async step(): Promise<void> {
    const before = this.#before;
    const now = copyOf(this.#model);
    this.#before = now;
    for (const experiment of now.experiments.values()) {
      await this.#experiment(before.experiments.get(experiment.id), experiment);
    }
    for (const run of now.runs.values()) await this.#run(before, run);
    const gone = (kind: keyof State): string[] =>
      [...before[kind].keys()].filter((id) => !now[kind].has(id)).map((id) => this.real(id));
    const removed = [...gone('experiments').map((id) => `e${id}`), ...gone('runs')];
    if (removed.length > 0) {
      const script = packagePath('test/support/remove_for_good.py');
      runPython(this.#python, [script, join(this.#server.folder, 'mlflow.db'), ...removed]);
    }
  }

  real(id: string): string {
    const real = this.realId.get(id);
    if (real === undefined) throw new Error(`${id} was never made`);
    return real;
  }

  #named(modelId: string, real: string): string {
    this.realId.set(modelId, real);
    this.modelId.set(real, modelId);
    return real;
  }

  async #post(path: string, body: object): Promise<unknown> {
    const answer = await this.#api.post(path, body);
    if (answer.status !== 200) throw new Error(`${path} ${JSON.stringify(body)}: ${answer.text}`);
    return answer.json;
  }

  async #experiment(before: ModelExperiment | undefined, now: ModelExperiment): Promise<void> {
    const name = `${this.#prefix}${now.name}`;
    if (before === undefined) {
      const made = await this.#post('experiments/create', { name });
      this.#named(now.id, text(made, 'experiment_id'));
      return;
    }
    const experiment_id = this.real(now.id);
    const restored = before.deleted && !now.deleted;
    if (restored) await this.#post('experiments/restore', { experiment_id });
    if (before.name !== now.name) {
      await this.#post('experiments/update', { experiment_id, new_name: name });
    }
    if (!before.deleted && now.deleted) await this.#post('experiments/delete', { experiment_id });
  }

  async #run(state: State, now: ModelRun): Promise<void> {
    const before = state.runs.get(now.runId);
    if (before === undefined) {
      await this.#create(now);
      return;
    }
    const run_id = this.real(now.runId);
    const experiment = [state, this.#before].map((at) => at.experiments.get(now.experimentId));
    // An experiment takes its runs with it, there and back.
    const moved = experiment[0]?.deleted !== experiment[1]?.deleted;
    if (!moved && before.deleted !== now.deleted) {
      await this.#post(now.deleted ? 'runs/delete' : 'runs/restore', { run_id });
      return;
    }
    for (const [key, { value, step, timestamp }] of now.metrics) {
      if (before.metrics.get(key)?.timestamp === timestamp) continue;
      const body = { run_id, key, value: wire(value), step: Number(step) };
      await this.#post('runs/log-metric', { ...body, timestamp: Number(timestamp) });
    }
    for (const [key, value] of now.params) {
      if (!before.params.has(key)) await this.#post('runs/log-parameter', { run_id, key, value });
    }
    for (const [key, value] of now.tags) {
      if (before.tags.get(key) !== value) await this.#post('runs/set-tag', { run_id, key, value });
    }
    for (const key of before.tags.keys()) {
      if (!now.tags.has(key)) await this.#post('runs/delete-tag', { run_id, key });
    }
    if (before.status !== now.status || before.endTime !== now.endTime) {
      const end = before.endTime === now.endTime ? {} : { end_time: Number(now.endTime) };
      await this.#post('runs/update', { run_id, status: now.status, ...end });
    }
  }

  async #create(run: ModelRun): Promise<void> {
    const made = await this.#post('runs/create', {
      experiment_id: this.real(run.experimentId),
      start_time: Number(run.startTime),
      ...(run.userId === '' ? {} : { user_id: run.userId }),
      tags: [...run.tags].map(([key, value]) => ({ key, value })),
    });
    const run_id = this.#named(run.runId, text(made, 'run.info.run_id'));
    for (const [key, value] of run.params) {
      await this.#post('runs/log-parameter', { run_id, key, value });
    }
    if (run.status !== 'RUNNING') await this.#post('runs/update', { run_id, status: run.status });
  }
}

const wire = (value: number): number | string => {
  if (Object.is(value, -0)) return '-0.0';
  return Number.isFinite(value) ? value : String(value);
};
