import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExportDeps, ExportRequest } from '../../src/exports/export.ts';
import { exportToFile } from '../../src/exports/to-file.ts';
import { Syncer } from '../../src/ingest/syncer.ts';
import { packagePath } from '../../src/paths.ts';
import { openSource } from '../../src/sources/open.ts';
import { Store } from '../../src/store/store.ts';
import { startMlflow, type MlflowServer } from '../support/mlflow-server.ts';
import { requirePython, runPython } from '../support/python.ts';
import { tableFromIPC } from 'apache-arrow';
import { readFile } from 'node:fs/promises';

const python = requirePython('exports of a real tracking server', ['mlflow', 'pandas', 'pyarrow']);
const SCRIPT = packagePath('test/integration/frames.py');

describe.skipIf(python === undefined)('exports of a real tracking server', () => {
  let server: MlflowServer;
  let store: Store;
  let folder: string;
  let deps: ExportDeps;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'runlens-exports-'));
    server = await startMlflow({ python: python ?? '' });
    runPython(python ?? '', [SCRIPT, 'seed', server.url]);
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

  const compare = async (request: Partial<ExportRequest>, search: object): Promise<unknown> => {
    const path = join(folder, `runs.${request.format ?? 'arrow'}`);
    await exportToFile(deps, { frame: 'runs', format: 'arrow', ...request }, path);
    return JSON.parse(
      runPython(python ?? '', [SCRIPT, 'compare', server.url, path, JSON.stringify(search)]),
    );
  };

  it.each<[string, Partial<ExportRequest>, object, { rows: number }]>([
    ['all runs', {}, { search_all_experiments: true }, { rows: 12 }],
    ['a stream', { format: 'arrows' }, { search_all_experiments: true }, { rows: 12 }],
    [
      'deleted runs, too',
      { viewType: 'all' },
      { search_all_experiments: true, run_view_type: 3 },
      { rows: 13 },
    ],
    [
      'only deleted runs',
      { viewType: 'deleted', experiments: ['first'] },
      { experiment_names: ['first'], run_view_type: 2 },
      { rows: 1 },
    ],
    ['no end times', { experiments: ['open'] }, { experiment_names: ['open'] }, { rows: 2 }],
    ['no runs', { experiments: ['empty'] }, { experiment_names: ['empty'] }, { rows: 0 }],
    ['3,000 keys', { experiments: ['wide'] }, { experiment_names: ['wide'] }, { rows: 3 }],
    [
      'a filter',
      { filter: 'metrics.loss < 0.6' },
      { search_all_experiments: true, filter_string: 'metrics.loss < 0.6' },
      { rows: 5 },
    ],
    [
      'a filter without answers',
      { filter: "params.lr = 'no'" },
      { search_all_experiments: true, filter_string: "params.lr = 'no'" },
      { rows: 0 },
    ],
  ])('equal mlflow.search_runs(): %s (invariant 9)', async (_, request, search, expected) => {
    expect(await compare(request, search)).toMatchObject(expected);
  });

  it('give the answers of the server to its filters, and refuse what it refuses', async () => {
    const asked = runPython(python ?? '', [SCRIPT, 'filters', server.url])
      .trim()
      .split('\n');
    expect(asked.length).toBeGreaterThan(200);
    const wrong: unknown[] = [];
    const path = join(folder, 'filtered.arrow');
    for (const line of asked) {
      const { filter, ids } = JSON.parse(line) as { filter: string; ids: string[] | null };
      const request = { frame: 'runs', format: 'arrow', filter, columns: ['run_id'] } as const;
      const ours = await exportToFile(deps, request, path).then(
        async () => [...(tableFromIPC(await readFile(path)).getChild('run_id') ?? [])].map(String),
        (error: unknown) => String(error),
      );
      if (ids === null ? typeof ours === 'string' : String(ours) === String(ids)) continue;
      wrong.push({ filter, ids, ours });
    }
    expect(wrong).toEqual([]);
  });
});
