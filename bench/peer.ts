/**
 * The sync from an empty database beside `mlflow.search_runs()` in Python, in turns on one real MLflow
 * server: `npm run bench:peer -- --runs 20000 --workers 1`. Needs RUNLENS_TEST_PYTHON or python3 with mlflow.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { syncSource } from '../src/ingest/sync.ts';
import { openSource } from '../src/sources/open.ts';
import { packagePath } from '../src/paths.ts';
import { Store } from '../src/store/store.ts';
import { requirePython, runPython } from '../test/support/python.ts';
import { startFilledServer } from './support/filled-server.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '20000' },
    experiments: { type: 'string', default: '8' },
    workers: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '1' },
  },
});

async function sync(url: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'runlens-peer-'));
  const store = await Store.open({ path: join(folder, 'peer.duckdb') });
  const source = openSource({
    name: 'peer',
    kind: 'rest',
    trackingUri: url,
    auth: { kind: 'none' },
  });
  try {
    for (const what of ['first', 'quiet'] as const) {
      const { tookMs, counts, requests } = await syncSource({ source, mirror: store.mirror });
      console.log(
        `sync (${what})`.padEnd(16),
        `${(tookMs / 1000).toFixed(2)} s, ${counts.seen} runs, ${requests} requests`,
      );
    }
  } finally {
    await source.close();
    await store.close();
    rmSync(folder, { recursive: true });
  }
}

const python = requirePython('bench/peer', ['mlflow', 'pandas']);
if (python === undefined) process.exit(1);
const server = await startFilledServer({ python, ...values });
try {
  for (let round = 0; round < Number(values.rounds); round++) {
    await sync(server.url);
    const peer = runPython(python, [packagePath('bench/support/search_runs.py'), server.url]);
    console.log('search_runs'.padEnd(16), peer.trim());
  }
} finally {
  await server.close();
}
