/**
 * Times a whole sync beside its floors, in turns in one run, and refreshes beside that sync: quiet ones, and
 * one with 1% of the runs changed. Against a server of stored bytes in a process of its own:
 * `npm run bench:ingest -- --runs 100000 --rounds 3`.
 * Prints ratios; seconds are this machine's and noisy.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { request } from 'undici';
import { syncSource } from '../src/ingest/sync.ts';
import { openSource } from '../src/sources/open.ts';
import { Store } from '../src/store/store.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100000' },
    experiments: { type: 'string', default: '50' },
    rounds: { type: 'string', default: '3' },
    role: { type: 'string' },
    url: { type: 'string' },
  },
});

interface Measured {
  seconds: number;
  stallMs: number;
  peakMb: number;
}

/** Each figure comes from a process of its own, so that peak memory is that role's alone. */
const ROLES = ['fetch', 'parse', 'sync'] as const;
const QUIET_REFRESHES = 5;
type Role = (typeof ROLES)[number];

const median = (list: number[]): number => list.toSorted((a, b) => a - b)[list.length >> 1] ?? NaN;

async function walk(url: string, onPage: (body: Buffer) => void): Promise<void> {
  const ask = async (path: string, body: object): Promise<Buffer> => {
    const answer = await request(`${url}/api/2.0/mlflow/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return Buffer.from(await answer.body.arrayBuffer());
  };
  const listed = JSON.parse(String(await ask('experiments/search', { max_results: 1000 }))) as {
    experiments: { experiment_id: string }[];
  };
  for (const { experiment_id } of listed.experiments) {
    let token: string | undefined;
    do {
      const body = await ask('runs/search', {
        experiment_ids: [experiment_id],
        max_results: 1000,
        page_token: token,
      });
      onPage(body);
      const tail = body.subarray(Math.max(0, body.length - 256)).toString('latin1');
      token = /"next_page_token":"([^"]*)"\}$/.exec(tail)?.[1];
    } while (token !== undefined);
  }
}

async function syncFresh(url: string): Promise<object> {
  const folder = mkdtempSync(join(tmpdir(), 'runlens-bench-'));
  const store = await Store.open({ path: join(folder, 'bench.duckdb') });
  const source = openSource({
    name: 'bench',
    kind: 'rest',
    trackingUri: url,
    auth: { kind: 'none' },
  });
  try {
    const timed = async (mode: 'incremental' | 'full') => {
      const began = performance.now();
      const report = await syncSource({ source, mirror: store.mirror, mode });
      return { seconds: (performance.now() - began) / 1000, report };
    };
    const first = await timed('incremental');
    // The first one after a sync reads the file anew; a service goes on as the later ones do.
    const cold = await timed('incremental');
    const quiets = [];
    for (let time = 0; time < QUIET_REFRESHES; time++) quiets.push(await timed('incremental'));
    await request(`${url}/end-some`, { method: 'POST', headersTimeout: 0 }).then(({ body }) =>
      body.dump(),
    );
    const changed = await timed('incremental');
    return {
      seconds: first.seconds,
      inserted: first.report.counts.inserted,
      requests: first.report.requests,
      coldQuietSeconds: cold.seconds,
      quietSeconds: median(quiets.map((quiet) => quiet.seconds)),
      quietRequests: cold.report.requests,
      quietRuns: cold.report.counts.seen,
      changedSeconds: changed.seconds,
      changedRuns: changed.report.counts.updated,
    };
  } finally {
    await source.close();
    await store.close();
    rmSync(folder, { recursive: true });
  }
}

async function play(role: Role, url: string): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  let peak = 0;
  const sample = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20);
  delay.enable();
  const began = performance.now();
  let more: object = {};
  if (role === 'fetch') await walk(url, () => undefined);
  else if (role === 'parse') await walk(url, (body) => void JSON.parse(body.toString('utf8')));
  else more = await syncFresh(url);
  const seconds = (performance.now() - began) / 1000;
  delay.disable();
  clearInterval(sample);
  const measured: Measured = { seconds, stallMs: delay.max / 1e6, peakMb: peak / 2 ** 20 };
  process.stdout.write(`${JSON.stringify({ ...measured, ...more })}\n`);
}

function start(args: string[]): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function firstLine(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    if (text.includes('\n')) break;
  }
  return text.split('\n', 1)[0] ?? '';
}

async function compare(): Promise<void> {
  const server = start([
    fileURLToPath(new URL('support/stored-server.ts', import.meta.url)),
    values.runs,
    values.experiments,
  ]);
  try {
    const url = await firstLine(server);
    const results = new Map<Role, (Measured & Record<string, number>)[]>();
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const role of ROLES) {
        const child = start([fileURLToPath(import.meta.url), '--role', role, '--url', url]);
        const gone = once(child, 'exit');
        const result = JSON.parse(await firstLine(child)) as Measured & Record<string, number>;
        await gone;
        results.set(role, [...(results.get(role) ?? []), result]);
        console.log(`${role.padEnd(6)} ${JSON.stringify(result)}`);
      }
    }
    const seconds = (role: Role): number =>
      median((results.get(role) ?? []).map((result) => result.seconds));
    const syncs = results.get('sync') ?? [];
    const quiet = median(syncs.map((result) => result['quietSeconds'] ?? NaN));
    const cold = median(syncs.map((result) => result['coldQuietSeconds'] ?? NaN));
    const changed = median(syncs.map((result) => result['changedSeconds'] ?? NaN));
    const first = median(syncs.map((result) => result['seconds'] ?? NaN));
    console.log(`${values.runs} runs, median of ${values.rounds} rounds in turns:`);
    console.log(`sync / fetch              ${(first / seconds('fetch')).toFixed(2)}`);
    console.log(`sync / (fetch+JSON.parse) ${(first / seconds('parse')).toFixed(2)}`);
    console.log(`quiet refresh / sync      ${((100 * quiet) / first).toFixed(2)} %`);
    console.log(`the first of them / sync  ${((100 * cold) / first).toFixed(2)} %`);
    console.log(`1% ended / sync           ${((100 * changed) / first).toFixed(2)} %`);
    console.log(
      `longest stall             ${Math.max(...syncs.map((s) => s.stallMs)).toFixed(0)} ms`,
    );
    console.log(
      `peak memory               ${Math.max(...syncs.map((s) => s.peakMb)).toFixed(0)} MB`,
    );
  } finally {
    server.kill();
  }
}

if (values.role === undefined) await compare();
else await play(values.role as Role, values.url ?? '');
