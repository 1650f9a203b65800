import { RunlensError } from '../errors.ts';
import { HttpClient, type HttpClientOptions } from './http-client.ts';
import { parseJson } from './json.ts';
import { pageOfOne, readRunsPage, type RunsPage } from './runs-page.ts';
import {
  experimentAnswer,
  experimentsPage,
  runAnswer,
  type WireExperiment,
  type WireRun,
} from './wire.ts';
import type { z } from 'zod';

export type ViewType = 'ACTIVE_ONLY' | 'DELETED_ONLY' | 'ALL';

export interface RunsQuery {
  /** Digits only: a SQL store answers 500 to anything else, and `{}` to an unknown one. */
  experimentIds: readonly string[];
  /** MLflow's filter syntax; written by us from numbers and run ids alone. */
  filter?: string;
  orderBy?: readonly string[];
  viewType?: ViewType;
  /** 1 to 50 000. */
  maxResults: number;
  pageToken?: string | undefined;
}

/** A run by its id: what Runlens reads of it, and all of it as a page of one. */
export interface FoundRun {
  run: WireRun;
  runs: Buffer;
}

interface AskOptions {
  signal?: AbortSignal | undefined;
  firstContact?: boolean;
}

const API = '/api/2.0/mlflow';

/** Always sent: without it servers answer 400 (experiments/search). */
const EXPERIMENTS_PER_PAGE = 1000;

/** The part of MLflow's tracking API that Runlens reads. */
export class TrackingClient {
  readonly http: HttpClient;

  constructor(options: HttpClientOptions) {
    this.http = new HttpClient(options);
  }

  /** One page, deleted experiments included; the first by default. */
  async searchExperiments(pageToken?: string, options: AskOptions = {}) {
    const page = await this.http.ask({
      method: 'POST',
      path: `${API}/experiments/search`,
      body: {
        max_results: EXPERIMENTS_PER_PAGE,
        view_type: 'ALL',
        ...(pageToken === undefined ? {} : { page_token: pageToken }),
      },
      read: (body) => readJson(body, experimentsPage),
      ...options,
    });
    return { experiments: page.experiments, nextPageToken: page.next_page_token || undefined };
  }

  /** @throws RunlensError NOT_FOUND when the server says that there is none */
  async getExperiment(experimentId: string, options: AskOptions = {}): Promise<WireExperiment> {
    const answer = await this.http.ask({
      method: 'GET',
      path: `${API}/experiments/get`,
      query: { experiment_id: experimentId },
      read: (body) => readJson(body, experimentAnswer),
      ...options,
    });
    return answer.experiment;
  }

  /** Finds deleted experiments too. @throws RunlensError NOT_FOUND */
  async getExperimentByName(name: string, options: AskOptions = {}): Promise<WireExperiment> {
    const answer = await this.http.ask({
      method: 'GET',
      path: `${API}/experiments/get-by-name`,
      query: { experiment_name: name },
      read: (body) => readJson(body, experimentAnswer),
      ...options,
    });
    return answer.experiment;
  }

  searchRuns(query: RunsQuery, options: AskOptions = {}): Promise<RunsPage> {
    return this.http.ask({
      method: 'POST',
      path: `${API}/runs/search`,
      body: {
        experiment_ids: query.experimentIds,
        max_results: query.maxResults,
        run_view_type: query.viewType ?? 'ALL',
        ...(query.filter === undefined ? {} : { filter: query.filter }),
        ...(query.orderBy === undefined ? {} : { order_by: query.orderBy }),
        ...(query.pageToken === undefined ? {} : { page_token: query.pageToken }),
      },
      read: readRunsPage,
      ...options,
    });
  }

  /** @throws RunlensError NOT_FOUND when the server says that there is none */
  getRun(runId: string, options: AskOptions = {}): Promise<FoundRun> {
    return this.http.ask({
      method: 'GET',
      path: `${API}/runs/get`,
      query: { run_id: runId },
      read: (body) => ({ run: readJson(body, runAnswer).run, runs: pageOfOne(body) }),
      ...options,
    });
  }
}

function readJson<T extends z.ZodType>(body: Buffer, schema: T): z.infer<T> {
  let json: unknown;
  try {
    json = parseJson(body.toString('utf8'));
  } catch (error) {
    throw new RunlensError('BAD_ANSWER', 'the answer is no JSON', { cause: error });
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new RunlensError(
    'BAD_ANSWER',
    `the answer has an unexpected ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
  );
}
