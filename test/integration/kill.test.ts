import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { random } from '../../bench/support/generate.ts';
import { startDemoServer, type DemoServer } from '../../src/demo/index.ts';
import { runCli, spawnCli } from '../support/cli.ts';
import { readRestTables } from '../support/rest-tables.ts';
import { startSlowProxy, type SlowProxy } from '../support/slow-proxy.ts';
import { openMirror, readTables, type TableRows } from '../support/tables.ts';

/** CI kills less often, a machine with more time hundreds of times (CONTRIBUTING.md). */
const KILLS = Number(process.env['RUNLENS_KILLS'] ?? 25);
const SEED = Number(process.env['RUNLENS_SEED'] ?? Date.now() % 1_000_000);
/** Databases worked on side by side. */
const LANES = 2;

/** Small pages and batches: some twenty commits in a sync of a few seconds. */
const PAGE_SIZE = 50;
const SMALL = { RUNLENS_PAGE_SIZE: String(PAGE_SIZE), RUNLENS_BATCH_BYTES: '250000' };

const folder = mkdtempSync(join(tmpdir(), 'runlens-kill-'));
let server: DemoServer;
let expected: TableRows;
const next = random(SEED);

beforeAll(async () => {
  server = await startDemoServer();
  expected = await readRestTables(server.url);
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

async function readMirror(db: string): Promise<TableRows> {
  const store = await openMirror(db);
  try {
    return await readTables(store, 'default');
  } finally {
    await store.close();
  }
}

/** Syncs until the kill; true when it ended before. */
async function syncAndKill(db: string, url: string, mode: string[], ms: number): Promise<boolean> {
  const child = spawnCli(['sync', ...mode, '--db', db, '--tracking-uri', url], { env: SMALL });
  const closed = once(child, 'close') as Promise<[number | null]>;
  const late = await Promise.race([closed.then(() => true), sleep(ms, false)]);
  child.kill('SIGKILL');
  const [code] = await closed;
  if (late) expect(code).toBe(0);
  return late;
}

/** Every row is one of the server's, none twice, and no table has lost any. */
function expectNoLoss(before: TableRows, after: TableRows): void {
  for (const [table, rows] of after) {
    const known = new Set(expected.get(table));
    expect({ table, foreign: rows.filter((row) => !known.has(row)) }).toEqual({
      table,
      foreign: [],
    });
    if (table !== 'dataset_inputs') expect(new Set(rows).size).toBe(rows.length);
    expect(rows.length).toBeGreaterThanOrEqual(before.get(table)?.length ?? 0);
  }
}

function expectEqual(tables: TableRows): void {
  for (const [table, rows] of expected) {
    expect({ table, rows: tables.get(table) }).toEqual({ table, rows });
  }
}

const runsIn = (tables: TableRows): number => tables.get('runs')?.length ?? 0;

/** What was committed is not asked for again, but for the last page of each experiment. */
function expectResumed(pages: number, held: TableRows, whole: number): void {
  const spared = Math.floor(runsIn(held) / PAGE_SIZE);
  const experiments = expected.get('experiments')?.length ?? 0;
  expect(pages).toBeLessThanOrEqual(whole - spared + experiments + 3);
}

interface Tally {
  kills: number;
  /** Kills after which rows were there. */
  resumed: number;
}

/** One database from nothing to the whole, killed again and again; then killed in full sweeps. */
async function killUntilWhole(lane: number, proxy: SlowProxy, whole: number): Promise<Tally> {
  const db = join(folder, `lane-${lane}-${Math.floor(next() * 1e9)}.duckdb`);
  const tally: Tally = { kills: 0, resumed: 0 };
  let held: TableRows = new Map();
  for (;;) {
    const pages = proxy.pages;
    // A little later each time: a slow machine too must get through in the end.
    const moment = 300 + next() * (1_500 + 150 * tally.kills);
    const done = await syncAndKill(db, proxy.url, [], moment);
    if (done) {
      expectResumed(proxy.pages - pages, held, whole);
      break;
    }
    tally.kills += 1;
    if (!existsSync(db)) continue; // killed before it began
    const now = await readMirror(db);
    expectNoLoss(held, now);
    if (runsIn(now) > 0) tally.resumed += 1;
    held = now;
  }
  expectEqual(await readMirror(db));
  if (!(await syncAndKill(db, proxy.url, ['--full'], 500 + next() * 800))) {
    tally.kills += 1;
    expectEqual(await readMirror(db));
  }
  rmSync(db);
  return tally;
}

it(`survives kill -9 at ${KILLS} random moments of a sync (seed ${SEED})`, async () => {
  const slow = await startSlowProxy(server.url, () => next() * 12);
  const whole = join(folder, 'whole.duckdb');
  const clean = await runCli(['sync', '--db', whole, '--tracking-uri', slow.url], { env: SMALL });
  expect(clean.code).toBe(0);
  const pagesOfWhole = slow.pages;
  await slow.close();
  expectEqual(await readMirror(whole));

  let kills = 0;
  let resumed = 0;
  const lane = async (number: number): Promise<void> => {
    const proxy = await startSlowProxy(server.url, () => next() * 12);
    while (kills < KILLS) {
      const tally = await killUntilWhole(number, proxy, pagesOfWhole);
      kills += tally.kills;
      resumed += tally.resumed;
    }
    await proxy.close();
  };
  await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)));
  // Else all kills came too early or too late to prove anything.
  expect(resumed).toBeGreaterThan(kills / 5);
  process.stderr.write(`${kills} kills, ${resumed} with rows committed before (seed ${SEED})\n`);
}, 900_000);
