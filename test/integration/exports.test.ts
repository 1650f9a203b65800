import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExportDeps, ExportRequest } from '../../src/exports/export.ts';
import { exportToFile } from '../../src/exports/to-file.ts';
import { Syncer } from '../../src/ingest/syncer.ts';
import { FilterError } from '../../src/mlflow/filter-error.ts';
import { packagePath } from '../../src/paths.ts';
import { openSource } from '../../src/sources/open.ts';
import { Store } from '../../src/store/store.ts';
import { startMlflow, type MlflowServer } from '../support/mlflow-server.ts';
import { QUIET, requirePython } from '../support/python.ts';

const python = requirePython('exports of a real tracking server', ['mlflow', 'pandas', 'pyarrow']);
const execute = promisify(execFile);
/** Without blocking: the server's output must be read meanwhile, or the server waits. */
const runScript = async (...args: string[]): Promise<string[]> => {
  const { stdout } = await execute(python ?? '', [SCRIPT, ...args], {
    maxBuffer: 1 << 26,
    // A filter that breaks the server is its answer, too: no retries.
    env: { ...process.env, ...QUIET, MLFLOW_HTTP_REQUEST_MAX_RETRIES: '0' },
  });
  return stdout.trim().split('\n');
};
/** Node packs from 22.15 on. */
const PACKED = 'zstdCompress' in zlib ? (['arrow', 'arrows'] as const) : [];
const SCRIPT = packagePath('test/integration/frames.py');

describe.skipIf(python === undefined)('exports of a real tracking server', () => {
  let server: MlflowServer;
  let store: Store;
  let folder: string;
  let deps: ExportDeps;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'runlens-exports-'));
    server = await startMlflow({ python: python ?? '' });
    await runScript('seed', server.url);
    store = await Store.open({ path: ':memory:' });
    const source = openSource({
      name: 'default',
      kind: 'rest',
      trackingUri: server.url,
      auth: { kind: 'none' },
    });
    const [synced] = await new Syncer({ sources: [{ source }], mirror: store.mirror }).run();
    expect(synced?.error).toBeUndefined();
    deps = { engine: store.engine, workFolder: store.workFolder };
  });
  afterAll(async () => {
    await store.close();
    await server.close();
    await rm(folder, { recursive: true });
  });

  it('equal mlflow.search_runs() by column, value and dtype (invariant 9)', async () => {
    const cases: [string, Partial<ExportRequest>, object, number][] = [
      ['all runs', {}, { search_all_experiments: true }, 12],
      [
        'Parquet',
        { format: 'parquet', experiments: ['first'] },
        { experiment_names: ['first'] },
        5,
      ],
      ['a stream', { format: 'arrows' }, { search_all_experiments: true }, 12],
      ...PACKED.map((format): (typeof cases)[number] => [
        `packed, as ${format}`,
        { format, compression: 'zstd' },
        { search_all_experiments: true },
        12,
      ]),
      [
        'deleted runs, too',
        { viewType: 'all' },
        { search_all_experiments: true, run_view_type: 3 },
        13,
      ],
      [
        'only deleted runs',
        { viewType: 'deleted', experiments: ['first'] },
        { experiment_names: ['first'], run_view_type: 2 },
        1,
      ],
      ['no end times', { experiments: ['open'] }, { experiment_names: ['open'] }, 2],
      ['no runs', { experiments: ['empty'] }, { experiment_names: ['empty'] }, 0],
      ['3,000 keys', { experiments: ['wide'] }, { experiment_names: ['wide'] }, 3],
      [
        'a filter',
        { filter: 'metrics.loss < 0.6' },
        { search_all_experiments: true, filter_string: 'metrics.loss < 0.6' },
        5,
      ],
      [
        'a filter without answers',
        { filter: "params.lr = 'no'" },
        { search_all_experiments: true, filter_string: "params.lr = 'no'" },
        0,
      ],
    ];
    const asked: [string, object][] = [];
    for (const [index, [, request, search]] of cases.entries()) {
      const path = join(folder, `${index}.${request.format ?? 'arrow'}`);
      await exportToFile(deps, { frame: 'runs', format: 'arrow', ...request }, path);
      asked.push([path, search]);
    }
    const lines = await runScript('compare', server.url, JSON.stringify(asked));
    expect(lines.map((line, index) => [cases[index]?.[0], JSON.parse(line)])).toEqual(
      cases.map(([name, , , rows]) => [name, { rows }]),
    );
  });

  it('have maps as Spark documents them, with the values of the client', async () => {
    const paths = ['arrow', 'parquet'].map((format) => join(folder, `nested.${format}`));
    await exportToFile(deps, { frame: 'runs-nested', format: 'arrow' }, paths[0] ?? '');
    await exportToFile(deps, { frame: 'runs-nested', format: 'parquet' }, paths[1] ?? '');
    const lines = await runScript('nested', server.url, JSON.stringify(paths));
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([{ rows: 12 }, { rows: 12 }]);
  });

  it('give the answers of the server to its filters, and refuse what it refuses', async () => {
    const asked = await runScript('filters', server.url);
    expect(asked.length).toBeGreaterThan(300);
    const wrong: unknown[] = [];
    // Without the runs of thousands of metrics, which take the server long to send.
    const experiments = ['Default', 'first', 'zweitens ü 名前', 'empty', 'open'];
    const path = join(folder, 'filtered.arrow');
    for (const line of asked) {
      const { filter, ids } = JSON.parse(line) as { filter: string; ids: string[] | null };
      const request = {
        frame: 'runs',
        format: 'arrow',
        filter,
        columns: ['run_id'],
        experiments,
      } as const;
      const ours = await exportToFile(deps, request, path).then(
        async () => [...(tableFromIPC(await readFile(path)).getChild('run_id') ?? [])].map(String),
        (error: unknown) => {
          if (!(error instanceof FilterError)) throw error;
          expect(error.hint).toMatch(new RegExp(`^At character ${error.offset + 1}\\.`));
          expect(error.offset).toBeLessThanOrEqual(filter.length);
          return String(error);
        },
      );
      if (ids === null ? typeof ours === 'string' : String(ours) === String(ids)) continue;
      wrong.push({ filter, ids, ours });
    }
    expect(wrong.map((it) => JSON.stringify(it))).toEqual([]);
  });
});
