import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { retryOptions, transportOptions } from '../../src/config/tracking.ts';
import { Syncer, type SyncResult } from '../../src/ingest/syncer.ts';
import type { SyncMode } from '../../src/ingest/mirror.ts';
import { createTransport, Pace, TrackingClient } from '../../src/mlflow/index.ts';
import { packagePath } from '../../src/paths.ts';
import { createRestSource } from '../../src/sources/rest.ts';
import type { Store } from '../../src/store/store.ts';
import { environmentOf } from '../support/environment.ts';
import { FAULT_NAMES, startFaultProxy, type FaultProxy } from '../support/fault-proxy.ts';
import { startMlflow, type MlflowServer } from '../support/mlflow-server.ts';
import { requirePython, runPython } from '../support/python.ts';
import { readServerTables } from '../support/server-tables.ts';
import { openMirror, readTables, type TableRows } from '../support/tables.ts';
import { writeRuns } from '../support/write-runs.ts';

const python = requirePython('a sync through a faulty network', ['mlflow']);

/** Sequences of faults; CI plays fewer, a machine with more time many (CONTRIBUTING.md). */
const SEEDS = Number(process.env['RUNLENS_FAULT_SEEDS'] ?? 4);
const FIRST_SEED = Number(process.env['RUNLENS_SEED'] ?? Date.now() % 1_000_000);

/** MLflow's own settings, for impatient people. */
const QUICK = environmentOf({
  MLFLOW_HTTP_REQUEST_MAX_RETRIES: '4',
  MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR: '0.002',
  MLFLOW_HTTP_REQUEST_BACKOFF_JITTER: '0.002',
  MLFLOW_HTTP_REQUEST_TIMEOUT: '5',
});

const folder = mkdtempSync(join(tmpdir(), 'runlens-faults-'));

describe.skipIf(python === undefined)('a sync through a faulty network', () => {
  let server: MlflowServer;
  let proxy: FaultProxy;
  let expected: TableRows;

  beforeAll(async () => {
    server = await startMlflow({ python: python ?? '' });
    runPython(python ?? '', [packagePath('test/support/record/edge.py'), server.url]);
    await writeRuns(server.url, 60);
    expected = readServerTables(python ?? '', server.url);
    proxy = await startFaultProxy(server.url);
  });
  afterAll(async () => {
    await proxy.close();
    await server.close();
    rmSync(folder, { recursive: true });
  });

  /** One sync, with connections and tokens of its own, as after a restart. */
  async function sync(store: Store, mode: SyncMode): Promise<SyncResult> {
    const client = new TrackingClient({
      baseUrl: proxy.url,
      transport: createTransport(transportOptions(QUICK)),
      retry: retryOptions(QUICK, 'rest'),
      pace: new Pace(undefined, { firstGapMs: 1 }),
    });
    const source = createRestSource({ name: 'default', trackingUri: proxy.url, client });
    const syncer = new Syncer({ sources: [{ source }], mirror: store.mirror, pageSize: 7 });
    const [result] = await syncer.run({ mode });
    await source.close();
    if (result === undefined) throw new Error('no result');
    return result;
  }

  function expectEqual(seed: number, tables: TableRows): void {
    for (const [table, rows] of expected) {
      expect({ seed, table, rows: tables.get(table) }).toEqual({ seed, table, rows });
    }
    expect([...tables.values()].flat().length).toBe([...expected.values()].flat().length);
  }

  /** What each sync came to, as the sync log has it. */
  async function logOf(store: Store) {
    const { rows } = await store.engine.query(
      'select status, retries, removed, coalesce(error, $1) from syncs order by sync_id',
      [''],
    );
    return rows.map(([status, retries, removed, error]) => ({
      status: String(status),
      retries: Number(retries),
      removed: Number(removed),
      error: String(error),
    }));
  }

  async function syncThroughFaults(seed: number): Promise<{ failed: number; retries: number }> {
    const store = await openMirror(join(folder, `${seed}.duckdb`));
    const results: SyncResult[] = [];
    proxy.reseed(seed);
    proxy.kinds = FAULT_NAMES;
    proxy.rate = [0.1, 0.4, 0.75][seed % 3] ?? 0;

    // Into an empty mirror: whatever a sync comes to, no row is foreign, and none is lost again.
    let held = 0;
    for (let attempt = 0; attempt < 4; attempt++) {
      results.push(await sync(store, 'incremental'));
      const tables = await readTables(store, 'default');
      for (const [table, rows] of tables) {
        const known = new Set(expected.get(table));
        expect({ seed, table, foreign: rows.filter((row) => !known.has(row)) }).toEqual({
          seed,
          table,
          foreign: [],
        });
      }
      const count = [...tables.values()].flat().length;
      expect(count).toBeGreaterThanOrEqual(held);
      held = count;
    }
    proxy.rate = 0;
    results.push(await sync(store, 'incremental'), await sync(store, 'full'));
    expect(results.slice(-2).map((result) => result.error)).toEqual([undefined, undefined]);
    expectEqual(seed, await readTables(store, 'default'));

    // Into a whole mirror: not one row may move.
    proxy.rate = 0.3;
    for (const mode of ['full', 'incremental', 'full'] as const) {
      results.push(await sync(store, mode));
      expectEqual(seed, await readTables(store, 'default'));
    }

    // A server that falls silent: a sweep meets hardly a run, and must believe none of it.
    proxy.kinds = ['no runs'];
    proxy.rate = 0.8;
    results.push(await sync(store, 'full'));
    expectEqual(seed, await readTables(store, 'default'));
    const log = await logOf(store);
    expect(log.map(({ status, error }) => [status, error])).toEqual(
      results.map(({ error }) =>
        error === undefined ? ['completed', ''] : ['failed', `${error.code}: ${error.message}`],
      ),
    );
    expect(log.every(({ removed }) => removed === 0)).toBe(true);
    await store.close();
    return {
      failed: log.filter(({ status }) => status === 'failed').length,
      retries: log.reduce((sum, { retries }) => sum + retries, 0),
    };
  }

  it(`loses nothing and converges, ${SEEDS} times from seed ${FIRST_SEED}`, async () => {
    let failed = 0;
    let retries = 0;
    for (let index = 0; index < SEEDS; index++) {
      const tally = await syncThroughFaults(FIRST_SEED + index);
      failed += tally.failed;
      retries += tally.retries;
    }
    // Else the faults proved nothing.
    expect([...proxy.happened.keys()].toSorted()).toEqual(FAULT_NAMES.toSorted());
    expect(failed).toBeGreaterThan(0);
    expect(retries).toBeGreaterThan(10 * SEEDS);
    process.stderr.write(`${failed} syncs failed, ${retries} retries (seed ${FIRST_SEED})\n`);
  }, 600_000);
});
