import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { packagePath } from '../paths.ts';
import { readRun, type DemoRun } from './run.ts';
import { shiftTimes } from './shift.ts';
import { itemsOf } from './text.ts';

/** Shipped once, under `src/`, for the sources and the build alike. */
const RECORDED = packagePath('src/demo/recorded');

/** What `test/support/record/record.py` wrote of a real server; its README names the files. */
export interface Recording {
  readonly mlflowVersion: string;
  /** In the order of the server's default, newest first. */
  readonly experiments: readonly DemoExperiment[];
  readonly runs: readonly DemoRun[];
  readonly runById: ReadonlyMap<string, DemoRun>;
  /** The points of a metric that was logged more than once, as printed items. */
  history(runId: string, key: string): readonly string[] | undefined;
}

export interface DemoExperiment {
  readonly text: string;
  readonly id: string;
  readonly name: string;
  readonly deleted: boolean;
}

export interface Manifest {
  mlflow_version: string;
  /** ISO 8601, UTC. */
  recorded_at: string;
}

/** A line of a recorded file: what was asked, and the answer's text as it came. */
interface Line {
  body: string;
  run_id?: string;
  metric_key?: string;
}

export async function readManifest(folder: string = RECORDED): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as Manifest;
}

/** Reads a whole recording; a few megabytes of text, held once, with every time moved by the days. */
export async function loadRecording(folder: string = RECORDED, shiftDays = 0): Promise<Recording> {
  const names = (await readdir(folder)).sort(byNumber);
  const items = async (kind: RegExp): Promise<string[]> => {
    const lines = await Promise.all(names.filter((name) => kind.test(name)).map(read));
    return lines.flat().flatMap(({ body }) => itemsOf(shiftTimes(body, shiftDays)));
  };
  const read = (name: string): Promise<Line[]> => readLines(join(folder, name));
  const runs = (await items(/^runs-\d+\.ndjson\.gz$/)).map(readRun);
  const histories = new Map(
    (await read('histories.ndjson.gz')).map((line) => [
      historyKey(line.run_id, line.metric_key),
      line.body,
    ]),
  );
  return {
    mlflowVersion: (await readManifest(folder)).mlflow_version,
    experiments: (await items(/^experiments\.ndjson\.gz$/)).map(readExperiment),
    runs,
    runById: new Map(runs.map((run) => [run.runId, run])),
    history: (runId, key) => {
      const body = histories.get(historyKey(runId, key));
      return body === undefined ? undefined : itemsOf(shiftTimes(body, shiftDays));
    },
  };
}

function readExperiment(text: string): DemoExperiment {
  const printed = JSON.parse(text) as Record<string, string>;
  return {
    text,
    id: printed['experiment_id'] ?? '',
    name: printed['name'] ?? '',
    deleted: printed['lifecycle_stage'] === 'deleted',
  };
}

async function readLines(path: string): Promise<Line[]> {
  const text = (await promisify(gunzip)(await readFile(path))).toString('utf8');
  return text
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

function historyKey(runId: string | undefined, key: string | undefined): string {
  return `${runId ?? ''}\n${key ?? ''}`;
}

/** runs-10 behind runs-9. */
function byNumber(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
