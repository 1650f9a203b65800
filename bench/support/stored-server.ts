import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { experimentIds, generateRuns } from './generate.ts';
import type { JsonRun } from './json-run.ts';

/**
 * A server of stored bytes: it costs next to nothing an answer, so that what is timed is the client.
 * It knows just what a sync asks: experiments/search, and runs/search by experiments with bounds of
 * `start_time`, in its order, a page size and the server's offset tokens; and, besides MLflow's routes, `/end-some`, by
 * which each hundredth run ends anew. Run as a process of its own:
 * `tsx bench/support/stored-server.ts RUNS EXPERIMENTS` prints its address and serves until killed.
 */
interface StoredExperiment {
  id: string;
  bytes: Buffer;
  /** Where run i begins in `bytes`; one more entry marks the end. */
  offsets: number[];
  starts: number[];
  ends: number[];
  statuses: string[];
  ids: string[];
  /** Runs of each status, in order of their start. */
  byStatus: Map<string, number[]>;
  /** Runs that have ended and their ends, in order of these. */
  byEnd: { runs: number[]; ends: number[] };
}

function store(id: string, runs: Iterable<JsonRun>): StoredExperiment {
  const one: StoredExperiment = {
    id,
    bytes: Buffer.alloc(0),
    offsets: [],
    starts: [],
    ends: [],
    statuses: [],
    ids: [],
    byStatus: new Map(),
    byEnd: { runs: [], ends: [] },
  };
  const parts: Buffer[] = [];
  for (const run of runs) {
    parts.push(toPart(run));
    one.starts.push(Number(run.info['start_time']));
    one.ends.push(Number(run.info['end_time'] ?? NaN));
    one.statuses.push(String(run.info['status']));
    one.ids.push(String(run.info['run_id']));
  }
  setParts(one, parts);
  sort(one);
  return one;
}

const toPart = (run: JsonRun): Buffer => Buffer.from(`${JSON.stringify(run)},`);

function setParts(one: StoredExperiment, parts: Buffer[]): void {
  one.bytes = Buffer.concat(parts);
  one.offsets = [0];
  let length = 0;
  for (const part of parts) one.offsets.push((length += part.length));
}

/** Each hundredth run ends now, with a metric more. */
function endHundredth(one: StoredExperiment): void {
  const now = Date.now();
  const parts = one.starts.map((_, run) =>
    one.bytes.subarray(one.offsets[run], one.offsets[run + 1]),
  );
  for (let index = 0; index < parts.length; index += 100) {
    const run = JSON.parse(parts[index]?.toString().slice(0, -1) ?? '') as JsonRun;
    Object.assign(run.info, { status: 'FINISHED', end_time: now });
    run.data.metrics = run.data.metrics.filter(({ key }) => key !== 'final');
    run.data.metrics.push({ key: 'final', value: 1, timestamp: now, step: 0 });
    parts[index] = toPart(run);
    one.ends[index] = now;
    one.statuses[index] = 'FINISHED';
  }
  setParts(one, parts);
  sort(one);
}

/** What is asked for by status or end is found without looking at all runs, as in a database with an index. */
function sort(one: StoredExperiment): void {
  one.byStatus.clear();
  for (const [run, status] of one.statuses.entries()) {
    const same = one.byStatus.get(status);
    if (same === undefined) one.byStatus.set(status, [run]);
    else same.push(run);
  }
  const end = (run: number): number => one.ends[run] ?? NaN;
  const ended = [...one.ends.keys()].filter((run) => !Number.isNaN(end(run)));
  const runs = ended.sort((x, y) => end(x) - end(y));
  one.byEnd = { runs, ends: runs.map(end) };
}

function firstAtOrAfter(starts: number[], time: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface Question {
  experiment_ids?: string[];
  filter?: string;
  order_by?: string[];
  max_results?: number;
  page_token?: string;
}

/** One run of the answer: which experiment's, and the how manieth. */
type Found = readonly [StoredExperiment, number];

/** Runs in order of their start, from a start on. */
interface Answer {
  from: number;
  found: Found[];
  starts: number[];
}

/** What was asked last, but for the start: a page further on is not searched for anew. */
const asked = new Map<string, Answer>();

const FROM = /start_time >= (-?\d+)/;

/** What a walk and a refresh ask: start_time, end_time, status and run_id, joined by and. */
function search(experiments: readonly StoredExperiment[], filter: string): Found[] {
  const from = Number(FROM.exec(filter)?.[1] ?? -Infinity);
  const key = [...experiments.map(({ id }) => id), filter.replace(FROM, '')].join();
  const known = asked.get(key);
  const answer =
    known !== undefined && known.from <= from ? known : searchAll(experiments, filter, from);
  asked.set(key, answer);
  return answer.found.slice(firstAtOrAfter(answer.starts, from));
}

function searchAll(experiments: readonly StoredExperiment[], filter: string, from: number): Answer {
  const before = Number(/start_time < (-?\d+)/.exec(filter)?.[1] ?? Infinity);
  const ended = Number(/end_time >= (-?\d+)/.exec(filter)?.[1] ?? NaN);
  const status = /status = '(\w+)'/.exec(filter)?.[1];
  const list = /run_id IN \(([^)]*)\)/.exec(filter)?.[1];
  const wanted = list === undefined ? undefined : new Set(list.match(/\w{32}/g));
  const found: Found[] = [];
  for (const one of experiments) {
    for (const run of candidates(one, { status, ended, from, before })) {
      if (wanted !== undefined && !wanted.has(one.ids[run] ?? '')) continue;
      found.push([one, run]);
    }
  }
  const start = ([one, run]: Found): number => one.starts[run] ?? 0;
  if (experiments.length > 1) found.sort((x, y) => start(x) - start(y));
  return { from, found, starts: found.map(start) };
}

interface Bounds {
  status: string | undefined;
  /** NaN for any end, and none. */
  ended: number;
  from: number;
  before: number;
}

/** In order of their start. */
function candidates(one: StoredExperiment, { status, ended, from, before }: Bounds): number[] {
  const [first, last] = [firstAtOrAfter(one.starts, from), firstAtOrAfter(one.starts, before)];
  const started = (run: number): boolean => run >= first && run < last;
  if (status !== undefined) {
    const same = one.byStatus.get(status)?.filter(started) ?? [];
    return Number.isNaN(ended) ? same : same.filter((run) => (one.ends[run] ?? NaN) >= ended);
  }
  if (Number.isNaN(ended)) {
    return Array.from({ length: Math.max(0, last - first) }, (_, index) => first + index);
  }
  const { runs, ends } = one.byEnd;
  return runs
    .slice(firstAtOrAfter(ends, ended))
    .filter(started)
    .sort((x, y) => x - y);
}

/** The walk of one experiment, which is answered without looking at any run. */
const WALK =
  /^(?:attributes\.start_time >= (-?\d+))?(?: and )?(?:attributes\.start_time < (-?\d+))?$/;

function answerRuns(experiments: Map<string, StoredExperiment>, question: Question): Buffer[] {
  const { experiment_ids: ids = [], filter = '', page_token: token } = question;
  const found = ids.flatMap((id) => experiments.get(id) ?? []);
  const from = token ? Number(JSON.parse(Buffer.from(token, 'base64').toString()).offset) : 0;
  const size = question.max_results ?? 1000;
  const [one] = found;
  const walk = WALK.exec(filter);
  const descending = question.order_by?.[0]?.endsWith('DESC') ?? false;
  if (!descending && found.length === 1 && one !== undefined && walk !== null) {
    const first = firstAtOrAfter(one.starts, Number(walk[1] ?? -Infinity)) + from;
    const end = walk[2] === undefined ? Infinity : firstAtOrAfter(one.starts, Number(walk[2]));
    const last = Math.min(one.starts.length, end, first + size);
    if (first >= last) return [Buffer.from('{}')];
    const body = one.bytes.subarray(one.offsets[first], (one.offsets[last] ?? 0) - 1);
    return page([body], last < Math.min(end, one.starts.length) ? from + size : undefined);
  }
  const runs = search(found, filter);
  if (descending) runs.reverse();
  const part = runs.slice(from, from + size);
  if (part.length === 0) return [Buffer.from('{}')];
  const bodies = part.map(([of, run], index) => {
    const comma = index === part.length - 1 ? 1 : 0;
    return of.bytes.subarray(of.offsets[run], (of.offsets[run + 1] ?? 0) - comma);
  });
  return page([Buffer.concat(bodies)], from + size < runs.length ? from + size : undefined);
}

/** As the server does since 3.18, with a token only when there is more. */
function page(bodies: Buffer[], next: number | undefined): Buffer[] {
  const token = Buffer.from(JSON.stringify({ offset: next })).toString('base64');
  const tail = next === undefined ? ']}' : `],"next_page_token":"${token}"}`;
  return [Buffer.from('{"runs":['), ...bodies, Buffer.from(tail)];
}

async function handle(
  experiments: Map<string, StoredExperiment>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const question = JSON.parse(Buffer.concat(chunks).toString() || '{}') as Question;
  const parts = request.url?.includes('experiments/search')
    ? [Buffer.from(JSON.stringify({ experiments: [...experiments.values()].map(wireExperiment) }))]
    : request.url === '/end-some'
      ? endSome(experiments)
      : answerRuns(experiments, question);
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': length });
  response.cork();
  for (const part of parts) response.write(part);
  response.uncork();
  response.end();
}

function endSome(experiments: Map<string, StoredExperiment>): Buffer[] {
  asked.clear();
  for (const one of experiments.values()) endHundredth(one);
  return [Buffer.from('{}')];
}

function wireExperiment({ id }: StoredExperiment): object {
  return {
    experiment_id: id,
    name: `experiment ${id}`,
    artifact_location: `mlflow-artifacts:/${id}`,
    lifecycle_stage: 'active',
    last_update_time: 1_700_000_000_000,
    creation_time: 1_700_000_000_000,
  };
}

const [, , runs = '100000', count = '50'] = process.argv;
const ids = experimentIds(Number(count));
const experiments = new Map(
  ids.map(
    (id) => [id, store(id, generateRuns(id, Math.floor(Number(runs) / ids.length)))] as const,
  ),
);
const server = createServer((request, response) => void handle(experiments, request, response));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
