import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { experimentIds, generateRuns, type GenerateOptions } from './generate.ts';

/**
 * A server of stored bytes: it costs next to nothing an answer, so that what is timed is the client.
 * It knows just what a walk asks: experiments/search, and runs/search by one experiment with
 * `start_time >=`, a page size and the server's offset tokens. Run as a process of its own:
 * `tsx bench/support/stored-server.ts RUNS EXPERIMENTS` prints its address and serves until killed.
 */
interface StoredExperiment {
  id: string;
  bytes: Buffer;
  /** Where run i begins in `bytes`; one more entry marks the end. */
  offsets: number[];
  starts: number[];
}

function store(id: string, runs: number, options: GenerateOptions): StoredExperiment {
  const parts: Buffer[] = [];
  const offsets = [0];
  const starts: number[] = [];
  let length = 0;
  for (const run of generateRuns(id, runs, options)) {
    const part = Buffer.from(`${JSON.stringify(run)},`);
    parts.push(part);
    length += part.length;
    offsets.push(length);
    starts.push(Number(run.info['start_time']));
  }
  return { id, bytes: Buffer.concat(parts), offsets, starts };
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
  max_results?: number;
  page_token?: string;
}

function answerRuns(experiments: Map<string, StoredExperiment>, question: Question): Buffer[] {
  const found = experiments.get(question.experiment_ids?.[0] ?? '');
  if (found === undefined || (question.filter ?? '').includes('end_time'))
    return [Buffer.from('{}')];
  const since = /start_time >= (-?\d+)/.exec(question.filter ?? '')?.[1];
  const base = since === undefined ? 0 : firstAtOrAfter(found.starts, Number(since));
  const token = question.page_token;
  const offset = token ? Number(JSON.parse(Buffer.from(token, 'base64').toString()).offset) : 0;
  const from = base + offset;
  const size = question.max_results ?? 1000;
  const to = Math.min(found.starts.length, from + size);
  if (from >= to) return [Buffer.from('{}')];
  const body = found.bytes.subarray(found.offsets[from], (found.offsets[to] ?? 0) - 1);
  const next = Buffer.from(JSON.stringify({ offset: offset + size })).toString('base64');
  const tail = to - from === size ? `],"next_page_token":"${next}"}` : ']}';
  return [Buffer.from('{"runs":['), body, Buffer.from(tail)];
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
    : answerRuns(experiments, question);
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': length });
  for (const part of parts) response.write(part);
  response.end();
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
  ids.map((id) => [id, store(id, Math.floor(Number(runs) / ids.length), {})] as const),
);
const server = createServer((request, response) => void handle(experiments, request, response));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
