import { createDemoApp } from '../../src/demo/routes.ts';
import type { Recording } from '../../src/demo/recording.ts';
import type { Transport } from '../../src/mlflow/index.ts';
import { toServed, type ModelRun } from './model-run.ts';
import { printDouble, type TableRows } from './tables.ts';

export interface ModelExperiment {
  id: string;
  name: string;
  deleted: boolean;
  tags: Map<string, string>;
  updatedMs: bigint;
}

/**
 * A model of a tracking server that changes while it is read. It answers through the sample server's
 * own routes, so paging, filters and orders are those that the contract tests hold against a real one.
 */
export class ModelServer {
  readonly runs = new Map<string, ModelRun>();
  readonly experiments = new Map<string, ModelExperiment>();
  /** Called before every answer: what happens between two pages. */
  beforeAnswer: () => void = () => undefined;
  readonly #app = createDemoApp(() => Promise.resolve(this.#recording()));

  /** The server without sockets, as the client's transport. */
  transport(): Transport {
    return {
      send: async ({ method, url, headers, body }) => {
        this.beforeAnswer();
        const response = await this.#app.request(url, {
          method,
          headers,
          ...(body === undefined ? {} : { body }),
        });
        return {
          status: response.status,
          contentType: response.headers.get('content-type') ?? '',
          location: undefined,
          retryAfter: undefined,
          body: Buffer.from(await response.arrayBuffer()),
        };
      },
      close: () => Promise.resolve(),
    };
  }

  addExperiment(
    id: string,
    name = `experiment ${id}`,
    change: Partial<ModelExperiment> = {},
  ): void {
    this.experiments.set(id, {
      id,
      name,
      deleted: false,
      tags: new Map(),
      updatedMs: 0n,
      ...change,
    });
  }

  /** A run of experiment 1 that has ended, but for what is told otherwise. */
  addRun(runId: string, change: Partial<ModelRun> = {}): ModelRun {
    const run = {
      runId,
      experimentId: '1',
      userId: 'amara',
      status: 'FINISHED',
      startTime: 5n,
      endTime: 6n,
      deleted: false,
      metrics: new Map(),
      params: new Map(),
      tags: new Map(),
      ...change,
    };
    this.runs.set(runId, run);
    return run;
  }

  runsOf(experimentId: string): ModelRun[] {
    return [...this.runs.values()].filter((run) => run.experimentId === experimentId);
  }

  /** What a mirror of this server must hold, as `readTables` gives it. */
  tables(): TableRows {
    const tables: TableRows = new Map();
    const text = (value: string | undefined): string =>
      value === undefined ? 'null' : JSON.stringify(value);
    const add = (table: string, row: Record<string, string>): void => {
      const line = Object.entries(row).map(([name, value]) => `${name}=${value}`);
      tables.set(table, [...(tables.get(table) ?? []), line.join(' ')]);
    };
    for (const experiment of this.experiments.values()) {
      const experiment_id = text(experiment.id);
      add('experiments', {
        experiment_id,
        name: text(experiment.name),
        lifecycle_stage: text(experiment.deleted ? 'deleted' : 'active'),
        artifact_location: 'null',
        creation_time: '0',
        last_update_time: String(experiment.updatedMs),
      });
      for (const [key, value] of experiment.tags) {
        add('experiment_tags', { experiment_id, key: text(key), value: text(value) });
      }
    }
    for (const run of this.runs.values()) {
      const run_id = text(run.runId);
      const tag = (name: string): string => text(run.tags.get(`mlflow.${name}`));
      add('runs', {
        run_id,
        experiment_id: text(run.experimentId),
        run_name: tag('runName'),
        user_name: text((run.tags.get('mlflow.user') ?? run.userId) || undefined),
        status: text(run.status),
        lifecycle_stage: text(run.deleted ? 'deleted' : 'active'),
        start_time: String(run.startTime),
        end_time: String(run.endTime ?? null),
        artifact_uri: '""',
        source_name: tag('source.name'),
        source_type: tag('source.type'),
        git_commit: tag('source.git.commit'),
        git_branch: tag('source.git.branch'),
        parent_run_id: tag('parentRunId'),
      });
      for (const [key, { value, step, timestamp }] of run.metrics) {
        add('metrics', {
          run_id,
          key: text(key),
          value: printDouble(value),
          step: String(step),
          logged_at: String(timestamp),
        });
      }
      for (const [table, pairs] of [
        ['params', run.params],
        ['tags', run.tags],
      ] as const) {
        for (const [key, value] of pairs)
          add(table, { run_id, key: text(key), value: text(value) });
      }
    }
    for (const rows of tables.values()) rows.sort();
    return tables;
  }

  #recording(): Recording {
    const runs = [...this.runs.values()].map(toServed);
    return {
      mlflowVersion: 'model',
      experiments: [...this.experiments.values()].map(({ id, name, deleted, tags, updatedMs }) => ({
        id,
        name,
        deleted,
        text: `    ${JSON.stringify({
          experiment_id: id,
          name,
          lifecycle_stage: deleted ? 'deleted' : 'active',
          creation_time: 0,
          last_update_time: Number(updatedMs),
          tags: [...tags].map(([key, value]) => ({ key, value })),
        })}`,
      })),
      runs,
      runById: new Map(runs.map((run) => [run.runId, run])),
      history: () => undefined,
    };
  }
}
