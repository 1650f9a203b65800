import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startDemoServer } from '../../src/demo/index.ts';
import { startService, untilReady, type Service } from '../support/service.ts';
import { startSlowProxy, type SlowProxy } from '../support/slow-proxy.ts';

/** Ten files; the wide ones tell the runs, the long ones what belongs to these. */
const WIDE = ['runs.arrow', 'runs.arrows', 'runs.parquet', 'runs.csv', 'runs.json', 'runs.ndjson'];
const LONG = ['metrics.arrow', 'params.parquet', 'tags.ndjson', 'metrics.arrows'];
const FILES = [...WIDE, ...LONG];

interface Taken {
  file: string;
  version: number;
  /** What the file says of itself; undefined for text. */
  within: { data_version: number; as_of: string | null; rows: number } | undefined;
  /** Of each row. */
  ids: string[];
  /** A row's cells that are not null, by run; of the wide Arrow files. */
  cells: Map<string, string>;
}

const folder = mkdtempSync(join(tmpdir(), 'runlens-concurrent-'));
let demo: Awaited<ReturnType<typeof startDemoServer>>;
let proxy: SlowProxy;
let service: Service;
let instance: DuckDBInstance;
let reader: DuckDBConnection;

beforeAll(async () => {
  demo = await startDemoServer();
  proxy = await startSlowProxy(demo.url, () => 60);
  instance = await DuckDBInstance.create(':memory:');
  reader = await instance.connect();
  service = await startService(['--db', join(folder, 'mirror.duckdb'), '--refresh', 'off'], {
    MLFLOW_TRACKING_URI: proxy.url,
    RUNLENS_PAGE_SIZE: '40',
    // Each page is a commit.
    RUNLENS_BATCH_BYTES: '100000',
  });
});
afterAll(async () => {
  await service.stop();
  reader.closeSync();
  instance.closeSync();
  await proxy.close();
  await demo.close();
  rmSync(folder, { recursive: true });
});

/** Asks for all ten at once and reads each to its end: a file cut short is one that no reader takes. */
const takeAll = (round: number): Promise<Taken[]> =>
  Promise.all(
    FILES.map(async (file) => {
      const answer = await fetch(`${service.url}/api/v1/export/${file}`);
      const bytes = Buffer.from(await answer.arrayBuffer());
      expect([file, answer.status]).toEqual([file, 200]);
      const version = Number(answer.headers.get('runlens-data-version'));
      const taken = { file, version, ...(await read(`${round}-${file}`, bytes)) };
      if (taken.within !== undefined) {
        const { data_version, as_of } = taken.within;
        const told = [version, answer.headers.get('runlens-as-of') ?? null];
        expect([file, ...told]).toEqual([file, data_version, as_of]);
      }
      expect(answer.headers.get('etag')).toMatch(new RegExp(`^W/"${version}-`));
      return taken;
    }),
  );

async function read(name: string, bytes: Buffer): Promise<Omit<Taken, 'file' | 'version'>> {
  if (!/arrows?$/.test(name)) {
    const path = join(folder, name);
    await writeFile(path, bytes);
    // An array without rows has no columns to ask for.
    if (bytes.length < 5) return { ids: [], cells: new Map(), within: undefined };
    const rows = await reader.runAndReadAll(`select run_id from '${path}'`);
    const described = !name.endsWith('.parquet')
      ? undefined
      : await reader.runAndReadAll(
          `select decode(value) from parquet_kv_metadata('${path}') where decode(key) = 'runlens'`,
        );
    const within = described === undefined ? undefined : asWithin(described.getRowsJson()[0]?.[0]);
    return { ids: rows.getRowsJson().flat().map(String), cells: new Map(), within };
  }
  const table = tableFromIPC(bytes);
  const ids = [...(table.getChild('run_id') ?? [])].map(String);
  const cells = new Map<string, string>();
  if (name.includes('-runs.')) {
    for (const row of table) {
      const told = Object.entries(row.toJSON() as object).filter(([, value]) => value !== null);
      cells.set(String(row['run_id']), JSON.stringify(told.map(([key, it]) => [key, String(it)])));
    }
  }
  return { ids, cells, within: asWithin(table.schema.metadata.get('runlens')) };
}

const asWithin = (text: unknown): Taken['within'] => JSON.parse(String(text)) as Taken['within'];

it('ten at once while a sync runs: each whole, and of one data version', async () => {
  const rounds: Taken[][] = [];
  let ready = false;
  // The last round begins after the sync has ended.
  while (!ready) {
    ready = (await fetch(`${service.url}/readyz`)).ok;
    rounds.push(await takeAll(rounds.length));
  }
  await untilReady(service.url);
  const last = rounds.at(-1) ?? [];
  const whole = last.find(({ file }) => file === 'runs.arrow');
  const taken = rounds.flat();
  expect(new Set(taken.map(({ version }) => version)).size).toBeGreaterThan(2);
  expect(whole?.ids.length).toBeGreaterThan(2_000);

  const runsOf = new Map<number, string>();
  for (const { file, version, ids, cells, within } of taken) {
    if (!WIDE.includes(file)) continue;
    const runs = ids.toSorted().join();
    expect([file, within?.rows ?? ids.length]).toEqual([file, ids.length]);
    expect([file, version, runs === (runsOf.get(version) ?? runs)]).toEqual([file, version, true]);
    runsOf.set(version, runs);
    for (const [id, row] of cells) expect(row).toBe(whole?.cells.get(id));
  }
  for (const { file, version, ids } of taken) {
    const runs = runsOf.get(version);
    if (!LONG.includes(file) || runs === undefined) continue;
    const known = new Set(runs.split(','));
    expect([file, version, ids.filter((id) => !known.has(id))]).toEqual([file, version, []]);
  }
});
