/**
 * What dashboards cost on a large mirror, generated in place: the rows of every panel beside one filtered
 * scan of metrics, and beside a scan of just the columns that it reads; pages from request to last byte; and
 * readers while runs stream in.
 *
 *   npm run bench:dashboards -- [--runs 1000000] [--db FILE, kept and used again] [--part panels]
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Store } from '../src/store/store.ts';
import { generateMirror } from '../test/support/generated-mirror.ts';
import { timeLive } from './support/live-times.ts';
import { timePage, type PageTime } from './support/page-times.ts';
import { timePanels, timeUnsortedScan } from './support/panel-times.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000000' },
    db: { type: 'string' },
    /** panels, pages or live; default: all of them. */
    part: { type: 'string' },
    'live-runs': { type: 'string', default: '100000' },
    /** Of a child process. */
    page: { type: 'string' },
  },
});

const PAGES = ['/dashboards/overview', '/dashboards/metric-trends'];

async function generate(path: string): Promise<void> {
  if (existsSync(path)) return;
  const store = await Store.open({ path });
  await generateMirror(store, Number(values.runs));
  await store.close();
}

async function showPanels(path: string): Promise<void> {
  const unsorted = await timeUnsortedScan(path);
  const times = await timePanels(path);
  const round = (number: number): number => Number(number.toFixed(2));
  console.table(
    times.map(({ dashboard, choice, panel, rows, ms, floorMs }) => ({
      panel: `${dashboard}/${panel}`,
      choice,
      rows,
      ms: round(ms),
      'its columns, ms': round(floorMs),
      ratio: round(ms / floorMs),
    })),
  );
  const slowest = Math.max(...times.map((it) => it.ms));
  console.log(`floor, one filtered scan:    ${unsorted.toFixed(1)} ms`);
  const within = times.filter((it) => it.ms <= 2 * unsorted).length;
  console.log(`within 2 times the floor:    ${within} of ${times.length}`);
  console.log(
    `slowest of all:              ${slowest.toFixed(1)} ms, ${round(slowest / unsorted)} times`,
  );
  // Harder: what each panel reads, and nothing else of its tables.
  const ratios = times.flatMap(({ ms, floorMs }) => (Number.isNaN(floorMs) ? [] : [ms / floorMs]));
  const count = (most: number): number => ratios.filter((it) => it <= most).length;
  console.log(`within 2 times its columns:  ${count(2)} of ${ratios.length}, 3 times: ${count(3)}`);
  console.log(`most rows of a panel:        ${Math.max(...times.map((it) => it.rows))}`);
  const over = times.filter((it) => it.rows > it.limit);
  if (over.length > 0) throw new Error(`over the limit: ${over.map((it) => it.panel).join(', ')}`);
}

function showPages(path: string): void {
  const script = fileURLToPath(import.meta.url);
  const all: PageTime[] = [];
  for (const page of PAGES) {
    for (let round = 0; round < 3; round++) {
      const { status, stdout } = spawnSync(
        process.execPath,
        [...process.execArgv, script, '--db', path, '--page', page],
        { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' },
      );
      if (status !== 0) throw new Error(`${page} failed`);
      all.push(JSON.parse(stdout) as PageTime);
    }
  }
  console.table(all);
}

async function showLive(path: string, folder: string): Promise<void> {
  const { seconds, times } = await timeLive(path, folder, values['live-runs']);
  console.log(`two readers; then while ${values['live-runs']} runs came in, in ${seconds} s`);
  const at = (list: number[], part: number): number =>
    list.toSorted((a, b) => a - b)[Math.floor(list.length * part)] ?? NaN;
  console.table(
    times.map(({ what, idle, syncing }) => ({
      what,
      'idle p50': Math.round(at(idle, 0.5)),
      'idle p95': Math.round(at(idle, 0.95)),
      'syncing p50': Math.round(at(syncing, 0.5)),
      'syncing p95': Math.round(at(syncing, 0.95)),
      requests: `${idle.length} + ${syncing.length}`,
      'p95 ratio': Number((at(syncing, 0.95) / at(idle, 0.95)).toFixed(2)),
    })),
  );
}

if (values.page !== undefined) {
  console.log(JSON.stringify(await timePage(values.db ?? '', values.page)));
} else {
  const folder = await mkdtemp(join(tmpdir(), 'runlens-dashboards-'));
  const path = values.db ?? join(folder, 'runs.duckdb');
  try {
    await generate(path);
    const wants = (part: string): boolean => values.part === undefined || values.part === part;
    console.log(`${values.runs} runs`);
    if (wants('panels')) await showPanels(path);
    if (wants('pages')) showPages(path);
    if (wants('live')) await showLive(path, folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
