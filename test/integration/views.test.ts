import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startDemoServer } from '../../src/demo/index.ts';
import { exportToFile } from '../../src/exports/to-file.ts';
import { Syncer } from '../../src/ingest/syncer.ts';
import { packagePath } from '../../src/paths.ts';
import { openCatalog } from '../../src/queries/catalog.ts';
import { openSource } from '../../src/sources/open.ts';
import { Store } from '../../src/store/store.ts';
import { requirePython, runPython } from '../support/python.ts';

const python = requirePython('the views beside pandas', ['pandas', 'pyarrow']);

const TABLES = ['runs', 'experiments', 'metrics', 'tags'];
const VIEWS = [
  'total_runs',
  'runs_per_user',
  'user_activity',
  'user_shares',
  'metric_trends',
  'metric_keys',
  'metric_days',
  'metric_progress',
  'ranked_runs',
  'run_facts',
  'run_status_daily',
  'reliability',
  'leaderboard',
  'tag_values',
];

describe.skipIf(python === undefined)('the views on the recorded runs', () => {
  it('equal what pandas makes of the plain tables', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'runlens-views-'));
    const server = await startDemoServer();
    const store = await Store.open({ path: ':memory:' });
    try {
      const source = openSource({
        name: 'demo',
        kind: 'rest',
        trackingUri: server.url,
        auth: { kind: 'none' },
      });
      const [synced] = await new Syncer({ sources: [{ source }], mirror: store.mirror }).run();
      expect(synced?.error).toBeUndefined();
      const catalog = await openCatalog({ store, folders: [packagePath('queries')] });
      const deps = { engine: store.engine, workFolder: store.workFolder, catalog };
      for (const name of [...TABLES, ...VIEWS]) {
        const request = { frame: `view:${name}`, format: 'parquet' } as const;
        await exportToFile(deps, request, join(folder, `${name}.parquet`));
      }
      const script = packagePath('test/queries/pandas_views.py');
      const lines = runPython(python ?? '', [script, folder])
        .trim()
        .split('\n');
      const answers = lines.map((line) => JSON.parse(line) as { view: string; rows?: number });
      expect(answers).toEqual(
        VIEWS.map((view) => ({ view, rows: expect.toSatisfy((rows: number) => rows > 5) })),
      );
    } finally {
      await store.close();
      await server.close();
      await rm(folder, { recursive: true });
    }
  });
});
