import { random } from '../../bench/support/generate.ts';
import { logMetric, type ModelRun } from './model-run.ts';
import type { ModelServer } from './model-server.ts';

/** Keys and values that are easy to mix up. */
const KEYS = ['loss', 'Loss', 'val loss', 'a/b', 'é'];
const VALUES = ['', 'x', "it's", '</script>', '🚀', 'x'];
const NUMBERS = [0, -0, 0.1, 1e300, 5e-324, NaN, 3, -2];
const STATUSES = ['FINISHED', 'FAILED', 'KILLED'];

/**
 * What teams do to a tracking server, drawn at random and applied to the model one step at a time:
 * runs begin (also backdated, at zero, and in the same millisecond), log, end (also without an end),
 * begin again, are renamed, edited, deleted, restored and removed for good, and so are experiments.
 */
export class ScheduleOfChanges {
  nowMs = 1_700_000_000_000;
  readonly #server: ModelServer;
  readonly #next: () => number;
  #made = 0;

  constructor(server: ModelServer, seed: number) {
    this.#server = server;
    this.#next = random(seed);
  }

  chance(probability: number): boolean {
    return this.#next() < probability;
  }

  /** One change; time goes on a little, and now and then a lot. */
  step(): void {
    this.nowMs += Math.floor(this.#next() ** 4 * 3_600_000);
    const draw = this.#next();
    const run = this.#pick([...this.#server.runs.values()]);
    if (run === undefined || draw < 0.3) this.#create();
    else if (draw < 0.9) this.#changeRun(run);
    else this.#changeExperiment();
  }

  addExperiment(): string {
    const id = String(10n ** 17n + BigInt(++this.#made));
    this.#server.addExperiment(id, undefined, { updatedMs: BigInt(this.nowMs) });
    return id;
  }

  #create(): void {
    const experiment = this.#pick([...this.#server.experiments.values()].filter((e) => !e.deleted));
    const experimentId = experiment?.id ?? this.addExperiment();
    const starts = [this.nowMs, this.nowMs, this.nowMs - 86_400_000 * 30, 0, 1_600_000_000_000];
    const runId = Array.from({ length: 4 }, () =>
      Math.floor(this.#next() * 2 ** 32)
        .toString(16)
        .padStart(8, '0'),
    ).join('');
    this.#server.addRun(runId, {
      experimentId,
      userId: this.chance(0.5) ? 'amara' : '',
      status: this.chance(0.9) ? 'RUNNING' : 'SCHEDULED',
      startTime: BigInt(this.#pick(starts) ?? 0),
      endTime: undefined,
      params: new Map([['lr', this.#pick(VALUES) ?? '']]),
      tags: new Map([['mlflow.runName', `run ${this.#made++}`]]),
    });
  }

  #changeRun(run: ModelRun): void {
    const key = this.#pick(KEYS) ?? '';
    const value = this.#pick(VALUES) ?? '';
    const draw = this.#next();
    if (draw < 0.06 && run.deleted) this.#server.runs.delete(run.runId);
    else if (run.deleted) run.deleted = this.chance(0.5);
    else if (draw < 0.3) this.#log(run, key);
    else if (draw < 0.5) this.#end(run);
    else if (draw < 0.58) run.status = 'RUNNING';
    else if (draw < 0.66) run.tags.set('mlflow.runName', `renamed ${value || 'again'}`);
    else if (draw < 0.74) run.tags.set(this.chance(0.3) ? 'mlflow.user' : key, value || 'u');
    else if (draw < 0.8) run.tags.delete(key);
    else if (draw < 0.86) run.params.set(`p ${key}`, run.params.get(`p ${key}`) ?? value);
    else run.deleted = true;
  }

  #log(run: ModelRun, key: string): void {
    logMetric(run, key, {
      value: this.#pick(NUMBERS) ?? 0,
      step: BigInt(Math.floor(this.#next() * 5) - 1),
      timestamp: BigInt(this.nowMs),
    });
  }

  #end(run: ModelRun): void {
    run.status = this.#pick(STATUSES) ?? 'FINISHED';
    if (this.chance(0.85)) {
      run.endTime = BigInt(this.nowMs - (this.chance(0.1) ? 86_400_000 : 0));
    }
  }

  #changeExperiment(): void {
    const experiment = this.#pick([...this.#server.experiments.values()]);
    if (experiment === undefined || this.chance(0.25)) {
      this.addExperiment();
      return;
    }
    experiment.updatedMs = BigInt(this.nowMs);
    const runs = this.#server.runsOf(experiment.id);
    const draw = this.#next();
    if (draw < 0.3 && !experiment.deleted) {
      experiment.name = `${experiment.name}'`;
    } else if (experiment.deleted && draw < 0.5) {
      this.#server.experiments.delete(experiment.id);
      for (const run of runs) this.#server.runs.delete(run.runId);
    } else {
      experiment.deleted = !experiment.deleted;
      for (const run of runs) run.deleted = experiment.deleted;
    }
  }

  #pick<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.#next() * items.length)];
  }
}
