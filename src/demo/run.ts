import { outdent } from './text.ts';

/** int64 as the wire has it: exact in either form, and comparable across the two. */
export type Int64 = number | bigint;

/** A recorded run: its text as served, and what filters and orders look at. */
export interface DemoRun {
  readonly text: string;
  readonly runId: string;
  readonly experimentId: string;
  readonly userId: string;
  readonly status: string;
  readonly artifactUri: string;
  readonly deleted: boolean;
  readonly startTime: Int64;
  readonly endTime: Int64 | undefined;
  readonly metrics: ReadonlyMap<string, number>;
  readonly params: ReadonlyMap<string, string>;
  readonly tags: ReadonlyMap<string, string>;
  readonly datasets: readonly DemoDataset[];
}

export interface DemoDataset {
  readonly name: string;
  readonly digest: string;
  readonly contexts: readonly string[];
}

interface KeyValue {
  key: string;
  value: string;
}

interface PrintedRun {
  info: Record<string, string>;
  data: {
    metrics?: { key: string; value: number | string }[];
    params?: KeyValue[];
    tags?: KeyValue[];
  };
  inputs: { dataset_inputs?: { tags?: KeyValue[]; dataset: { name: string; digest: string } }[] };
}

/** The recording is our own and was checked when it was made: its shape is taken at its word. */
export function readRun(text: string): DemoRun {
  const { info, data, inputs } = JSON.parse(text) as PrintedRun;
  return {
    text,
    runId: info['run_id'] ?? '',
    experimentId: info['experiment_id'] ?? '',
    userId: info['user_id'] ?? '',
    status: info['status'] ?? '',
    artifactUri: info['artifact_uri'] ?? '',
    deleted: info['lifecycle_stage'] === 'deleted',
    startTime: exact(text, 'start_time') ?? 0,
    endTime: exact(text, 'end_time'),
    metrics: new Map(data.metrics?.map(({ key, value }) => [key, Number(value)])),
    params: new Map(data.params?.map(({ key, value }) => [key, value])),
    tags: new Map(data.tags?.map(({ key, value }) => [key, value])),
    datasets: (inputs.dataset_inputs ?? []).map(({ tags = [], dataset }) => ({
      name: dataset.name,
      digest: dataset.digest,
      contexts: tags.filter((tag) => tag.key === 'mlflow.data.context').map((tag) => tag.value),
    })),
  };
}

/** Read from the text, as JSON.parse rounds above 2^53. Attributes stand before all other data. */
function exact(text: string, field: string): Int64 | undefined {
  const digits = new RegExp(`^ {8}"${field}": (-?\\d+),?$`, 'm').exec(text)?.[1];
  if (digits === undefined) return undefined;
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : BigInt(digits);
}

const POINT = /^ {10}\{\n {12}"key": (".*"),\n {12}"value": [^]*?\n {10}\}/gm;

/** The latest point of a metric, printed as an item of `metrics/get-history`. */
export function latestPoint(run: DemoRun, key: string): string | undefined {
  for (const [text, name = '""'] of run.text.matchAll(POINT)) {
    if (JSON.parse(name) === key) return outdent(text, 6);
  }
  return undefined;
}
