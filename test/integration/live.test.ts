import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packagePath } from '../../src/paths.ts';
import { runCli } from '../support/cli.ts';
import { startMlflow, type MlflowServer } from '../support/mlflow-server.ts';
import { QUIET, requirePython } from '../support/python.ts';
import { readServerTables } from '../support/server-tables.ts';
import { startService } from '../support/service.ts';
import { openMirror, readTables } from '../support/tables.ts';

const python = requirePython('a mirror of a server that is written to', ['mlflow']);

/** CI writes for less, a machine with more time for minutes (CONTRIBUTING.md). */
const SECONDS = Number(process.env['RUNLENS_LIVE_SECONDS'] ?? 20);
const WRITERS = 4;

interface SyncRow {
  status: string;
  error: string | null;
  inserted: number;
  updated: number;
}

describe.skipIf(python === undefined)('a mirror of a server that is written to', () => {
  const folder = mkdtempSync(join(tmpdir(), 'runlens-live-'));
  const db = join(folder, 'mirror.duckdb');
  let server: MlflowServer;
  beforeAll(async () => {
    server = await startMlflow({ python: python ?? '' });
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  /** Once it writes; `ended` gives all that it said. */
  async function startWriter(index: number, stop: string): Promise<{ ended: Promise<string> }> {
    const script = packagePath('test/integration/live_writer.py');
    const args = [script, server.url, `team ${index}`, String(index), stop];
    const child = spawn(python ?? '', args, {
      env: { ...process.env, ...QUIET },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stdout.on('data', (text: Buffer) => (said += text.toString()));
    child.stderr.on('data', (text: Buffer) => (said += text.toString()));
    const ended = once(child, 'close').then(() => said);
    await Promise.race([once(child.stdout, 'data'), ended]);
    return { ended };
  }

  const syncLog = async (): Promise<SyncRow[]> => {
    const store = await openMirror(db);
    const { rows } = await store.engine.query(
      'select status, error, inserted, updated from syncs order by sync_id',
    );
    await store.close();
    return rows.map(([status, error, inserted, updated]) => ({
      status: String(status),
      error: error as string | null,
      inserted: Number(inserted),
      updated: Number(updated),
    }));
  };

  it(
    `refreshes every two seconds for ${SECONDS} s beside ${WRITERS} writers, and is equal at the end`,
    async () => {
      const stop = join(folder, 'stop');
      const writers = await Promise.all(
        Array.from({ length: WRITERS }, (_, index) => startWriter(index, stop)),
      );
      const every = ['--refresh', '*/2 * * * * *'];
      const service = await startService(['--db', db, '--tracking-uri', server.url, ...every]);
      await sleep(SECONDS * 1000);
      expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
      writeFileSync(stop, '');
      const said = await Promise.all(writers.map((writer) => writer.ended));
      expect(said).toEqual(said.map(() => expect.stringMatching(/\n\d\d+ steps\n$/) as string));
      expect(await service.stop()).toBe(0);
      const lines = service.log().split('\n');
      expect(lines.filter((line) => /"level":[56]0/.test(line))).toEqual([]);

      const log = await syncLog();
      const ended = log.filter(({ error }) => error?.startsWith('CANCELLED') !== true);
      expect(ended.filter(({ status }) => status !== 'completed')).toEqual([]);
      expect(ended.length).toBeGreaterThanOrEqual(SECONDS / 4);
      expect(ended.filter(({ inserted }) => inserted > 0).length).toBeGreaterThan(SECONDS / 8);
      expect(ended.some(({ updated }) => updated > 0)).toBe(true);

      for (const mode of [[], ['--full']]) {
        const last = await runCli(['sync', ...mode, '--db', db, '--tracking-uri', server.url]);
        expect(last).toMatchObject({ code: 0, stderr: '' });
      }
      const expected = readServerTables(python ?? '', server.url);
      const store = await openMirror(db);
      const actual = await readTables(store, 'default');
      await store.close();
      expect(expected.get('runs')?.length).toBeGreaterThan(SECONDS);
      for (const [table, rows] of expected) {
        expect({ table, rows: actual.get(table) }).toEqual({ table, rows });
      }
      expect([...actual.values()].flat().length).toBe([...expected.values()].flat().length);
    },
    SECONDS * 1000 + 120_000,
  );
});
