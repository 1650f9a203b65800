import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Mirror, RunBatch } from '../../src/ingest/mirror.ts';
import { syncSource } from '../../src/ingest/sync.ts';
import { packagePath } from '../../src/paths.ts';
import { openSource } from '../../src/sources/open.ts';
import { runCli } from '../support/cli.ts';
import { startMlflow, type MlflowServer } from '../support/mlflow-server.ts';
import { requirePython, runPython } from '../support/python.ts';
import { readServerTables } from '../support/server-tables.ts';
import { openMirror, readTables, type TableRows } from '../support/tables.ts';

const python = requirePython('the mirror of a real tracking server', ['mlflow']);

describe.skipIf(python === undefined).each(['sqlite', 'file'] as const)(
  'the mirror of a real server with a %s store',
  (kind) => {
    let server: MlflowServer;
    const folder = mkdtempSync(join(tmpdir(), 'runlens-mirror-'));
    const db = join(folder, 'mirror.duckdb');

    beforeAll(async () => {
      server = await startMlflow({ python: python ?? '', store: kind });
      runPython(python ?? '', [packagePath('test/support/record/edge.py'), server.url]);
    });
    afterAll(async () => {
      await server.close();
      rmSync(folder, { recursive: true });
    });

    const mirrored = async (): Promise<TableRows> => {
      const store = await openMirror(db);
      try {
        return await readTables(store, 'default');
      } finally {
        await store.close();
      }
    };

    it('equals what the official client reads, value for value (invariants 1 and 5)', async () => {
      const synced = await runCli(['sync', '--db', db, '--tracking-uri', server.url]);
      expect(synced).toMatchObject({ code: 0, stderr: '' });
      const expected = readServerTables(python ?? '', server.url);
      const actual = await mirrored();
      expect(expected.get('runs')?.length).toBeGreaterThan(20);
      for (const [table, rows] of expected) {
        expect({ table, rows: actual.get(table) }).toEqual({ table, rows });
      }
      expect([...actual.values()].flat().length).toBe([...expected.values()].flat().length);
    });

    it('changes nothing in a second sync', async () => {
      const before = await mirrored();
      const again = await runCli([
        'sync',
        '--full',
        '--json',
        '--db',
        db,
        '--tracking-uri',
        server.url,
      ]);
      const [report] = (JSON.parse(again.stdout) as { sources: Record<string, number>[] }).sources;
      expect(report).toMatchObject({ inserted: 0, updated: 0, removed: 0 });
      expect(report?.['unchanged']).toBe(before.get('runs')?.length);
      expect(await mirrored()).toEqual(before);
    });

    it('tells what did not change by its bytes, and loads none of it', async () => {
      const store = await openMirror(db);
      const trackingUri = server.url;
      const source = openSource({
        name: 'default',
        kind: 'rest',
        trackingUri,
        auth: { kind: 'none' },
      });
      const batches: RunBatch[] = [];
      const mirror: Mirror = {
        ...store.mirror,
        loadRuns(batch) {
          // Not those of a sweep, which may be due.
          if (batch.positions?.length === 0) batches.push(batch);
          return store.mirror.loadRuns(batch);
        },
      };
      const first = await syncSource({ source, mirror });
      expect(batches).toHaveLength(1);
      const again = await syncSource({ source, mirror });
      expect(batches).toHaveLength(1);
      expect(again.counts).toEqual(first.counts);
      expect(again.counts.unchanged).toBeGreaterThan(0);
      await source.close();
      await store.close();
    });
  },
);
