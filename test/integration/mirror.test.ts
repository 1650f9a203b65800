import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packagePath } from '../../src/paths.ts';
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
  },
);
