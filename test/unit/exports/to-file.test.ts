import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { tableFromIPC } from 'apache-arrow';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openExport, type ExportDeps } from '../../../src/exports/export.ts';
import { exportToFile } from '../../../src/exports/to-file.ts';
import { openRows, type OpenRows } from '../../support/fixture-rows.ts';

let mirror: OpenRows;
let deps: ExportDeps;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runlens-out-'));
  mirror = await openRows({ runs: [{ id: 'r1', metrics: { loss: 1 } }, { id: 'r2' }] });
  deps = { engine: mirror.engine, workFolder: mirror.store.workFolder, version: '1.2.3' };
});
afterEach(async () => {
  await mirror.store.close();
  await rm(folder, { recursive: true });
});

/** More runs than a window holds, so that an export takes several steps. */
const addRuns = (runs: number) =>
  mirror.store.write(async (connection) => {
    await connection.run(
      `insert into mirror.runs by name
       select 1000 + i as run_no, 'default' as source, 'x' || i as run_id, '1' as experiment_id,
         'FINISHED' as status, 'active' as lifecycle_stage, i as start_ms, 0 as content_hash
       from range($1) t(i)`,
      [runs],
    );
    await connection.run('update mirror.state set data_version = data_version + 1');
  });

describe('exportToFile', () => {
  it('writes the file and the manifest with its checksum', async () => {
    const path = join(folder, 'runs.arrow');
    const manifest = await exportToFile(
      deps,
      { frame: 'runs', format: 'arrow', since: new Date('2020-01-01') },
      path,
      { manifest: true },
    );
    const bytes = await readFile(path);
    expect(tableFromIPC(bytes).numRows).toBe(2);
    expect((await readdir(folder)).sort()).toEqual(['runs.arrow', 'runs.arrow.manifest.json']);
    expect(manifest.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(JSON.parse(await readFile(`${path}.manifest.json`, 'utf8'))).toEqual({
      frame: 'runs',
      format: 'arrow',
      choice: { since: '2020-01-01T00:00:00.000Z' },
      rows: 2,
      data_version: 0,
      as_of: null,
      sources: [{ source: 'default', last_sync_at: null }],
      runlens_version: '1.2.3',
      sha256: manifest.sha256,
    });
  });

  it('writes to a stream for -', async () => {
    const stdout = new PassThrough();
    const pieces: Buffer[] = [];
    stdout.on('data', (piece: Buffer) => pieces.push(piece));
    await exportToFile(deps, { frame: 'params', format: 'csv' }, '-', { stdout, manifest: true });
    expect(Buffer.concat(pieces).toString()).toBe('source,run_id,key,value\r\n');
    expect(await readdir(folder)).toEqual([]);
  });

  it('leaves the old file and no half one when it fails', async () => {
    await addRuns(70_000);
    const path = join(folder, 'runs.ndjson');
    await writeFile(path, 'old');
    const stop = new AbortController();
    const working = exportToFile(deps, { frame: 'runs', format: 'ndjson' }, path, {
      signal: stop.signal,
    });
    while ((await readdir(folder)).length < 2) await new Promise((turn) => setImmediate(turn));
    stop.abort();
    await expect(working).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await readdir(folder)).toEqual(['runs.ndjson']);
    expect(await readFile(path, 'utf8')).toBe('old');
  });

  it('says that it cannot write', async () => {
    const path = join(folder, 'no', 'runs.csv');
    await expect(exportToFile(deps, { frame: 'runs', format: 'csv' }, path)).rejects.toMatchObject({
      code: 'WRITE_FAILED',
      message: expect.stringContaining(path),
    });
  });
});

describe('openExport', () => {
  it('reads one state of the mirror, whatever is written meanwhile', async () => {
    await addRuns(70_000);
    const { body, manifest } = await openExport(deps, { frame: 'runs', format: 'arrows' });
    const pieces: Uint8Array[] = [];
    for await (const piece of body) {
      if (pieces.length === 0) {
        await mirror.store.write(async (connection) => {
          await connection.run('delete from mirror.runs');
          await connection.run('update mirror.state set data_version = data_version + 1');
        });
      }
      pieces.push(piece);
    }
    const table = tableFromIPC(Buffer.concat(pieces));
    expect(table.numRows).toBe(70_002);
    expect(table.batches.length).toBeGreaterThan(1);
    expect([manifest.rows, manifest.data_version]).toEqual([70_002, 1]);
    expect(mirror.store.state().dataVersion).toBe(2);
  });

  it('gives its connection back when the reader leaves, or never begins', async () => {
    const { body } = await openExport(deps, { frame: 'runs', format: 'json' });
    for await (const piece of body) {
      expect(piece.byteLength).toBeGreaterThan(0);
      break;
    }
    const unread = await openExport(deps, { frame: 'runs', format: 'json' });
    unread.close();
    unread.close();
    const stop = new AbortController();
    await openExport(deps, { frame: 'runs', format: 'json' }, stop.signal);
    stop.abort();
    // Closing waits for every lent connection: it would hang on one that is not given back.
    await mirror.engine.close();
  });

  it('does not begin for one who has gone', async () => {
    const opened = openExport(deps, { frame: 'runs', format: 'json' }, AbortSignal.abort());
    await expect(opened).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
