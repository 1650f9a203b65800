import { parseJson } from '../../src/mlflow/json.ts';
import { printDouble, type TableRows } from './tables.ts';

interface Pair {
  key: string;
  value?: string;
}

interface Experiment {
  experiment_id: string;
  tags?: Pair[];
  [field: string]: unknown;
}

interface Run {
  info: Record<string, unknown>;
  data?: {
    metrics?: { key: string; value: number | string; step: unknown; timestamp: unknown }[];
    params?: Pair[];
    tags?: Pair[];
  };
  inputs?: { dataset_inputs?: { tags?: Pair[]; dataset: Record<string, string> }[] };
}

/** The tables a mirror of a quiet server must hold, read over its REST API and by no code of Runlens. */
export async function readRestTables(url: string): Promise<TableRows> {
  const tables: TableRows = new Map();
  const add = (table: string, row: Record<string, unknown>): void => {
    const line = Object.entries(row).map(([name, value]) => `${name}=${print(value)}`);
    tables.set(table, [...(tables.get(table) ?? []), line.join(' ')]);
  };
  const experiments = await pages<Experiment>(url, 'experiments', { view_type: 'ALL' });
  for (const experiment of experiments) {
    const { experiment_id, tags = [] } = experiment;
    const columns = ['name', 'lifecycle_stage', 'artifact_location', 'creation_time'];
    const named = [...columns, 'last_update_time'].map((name) => [name, experiment[name]]);
    add('experiments', { experiment_id, ...Object.fromEntries(named) });
    for (const { key, value = '' } of tags) add('experiment_tags', { experiment_id, key, value });
    const experiment_ids = [experiment_id];
    for (const run of await pages<Run>(url, 'runs', { experiment_ids, run_view_type: 'ALL' })) {
      addRun(add, run);
    }
  }
  for (const rows of tables.values()) rows.sort();
  return tables;
}

type Add = (table: string, row: Record<string, unknown>) => void;

function addRun(add: Add, { info, data = {}, inputs = {} }: Run): void {
  const { run_id } = info;
  const tags = new Map(data.tags?.map(({ key, value = '' }) => [key, value]));
  add('runs', {
    run_id,
    experiment_id: info['experiment_id'],
    run_name: info['run_name'] || tags.get('mlflow.runName'),
    user_name: tags.get('mlflow.user') || info['user_id'] || undefined,
    status: info['status'],
    lifecycle_stage: info['lifecycle_stage'],
    start_time: info['start_time'],
    end_time: info['end_time'],
    artifact_uri: info['artifact_uri'],
    source_name: tags.get('mlflow.source.name'),
    source_type: tags.get('mlflow.source.type'),
    git_commit: tags.get('mlflow.source.git.commit'),
    git_branch: tags.get('mlflow.source.git.branch'),
    parent_run_id: tags.get('mlflow.parentRunId'),
  });
  for (const { key, value, step, timestamp } of data.metrics ?? []) {
    add('metrics', { run_id, key, value: new Double(value), step, logged_at: timestamp });
  }
  for (const { key, value = '' } of data.params ?? []) add('params', { run_id, key, value });
  for (const [key, value] of tags) add('tags', { run_id, key, value });
  for (const { tags: own = [], dataset } of inputs.dataset_inputs ?? []) {
    const { name, digest, source_type, source = '' } = dataset;
    const context = own.find(({ key }) => key === 'mlflow.data.context')?.value;
    add('dataset_inputs', { run_id, name, digest, context, source_type, source_uri: uri(source) });
  }
}

async function pages<T>(url: string, what: 'experiments' | 'runs', body: object): Promise<T[]> {
  const found: T[] = [];
  let page_token: string | undefined;
  do {
    const response = await fetch(`${url}/api/2.0/mlflow/${what}/search`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...body, max_results: 500, page_token }),
    });
    if (response.status !== 200) throw new Error(`${what}/search answered ${response.status}`);
    const page = parseJson(await response.text()) as Record<string, unknown>;
    found.push(...((page[what] ?? []) as T[]));
    page_token = (page['next_page_token'] || undefined) as string | undefined;
  } while (page_token !== undefined);
  return found;
}

class Double {
  readonly text: string;
  constructor(value: number | string) {
    this.text = printDouble(Number(value));
  }
}

function print(value: unknown): string {
  if (value instanceof Double) return value.text;
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : 'null';
}

function uri(source: string): string {
  try {
    const parsed = JSON.parse(source) as Record<string, string> | null;
    return parsed?.['uri'] ?? parsed?.['url'] ?? parsed?.['path'] ?? source;
  } catch {
    return source;
  }
}
