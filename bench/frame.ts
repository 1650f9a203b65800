/**
 * `mlflow.search_runs()` into pandas beside our Arrow stream over HTTP into pandas, of the same runs on
 * one real MLflow server: `npx tsx bench/frame.ts --runs 20000`. The service is the built one, already
 * synced. Needs RUNLENS_TEST_PYTHON or python3 with mlflow and pyarrow.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packagePath } from '../src/paths.ts';
import { requirePython, runPython } from '../test/support/python.ts';
import { startService, untilReady } from '../test/support/service.ts';
import { startFilledServer } from './support/filled-server.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '20000' },
    experiments: { type: 'string', default: '8' },
    workers: { type: 'string', default: '1' },
  },
});

const python = requirePython('bench/frame', ['mlflow', 'pandas', 'pyarrow']) ?? process.exit(1);
const folder = mkdtempSync(join(tmpdir(), 'runlens-frame-'));
const server = await startFilledServer({ python, ...values });

function time(script: string, url: string): number {
  const printed = runPython(python, [packagePath(`bench/support/${script}`), url]);
  const { seconds, rows } = JSON.parse(printed) as { seconds: number; rows: number };
  if (rows !== Number(values.runs)) throw new Error(`${script} gave ${rows} runs`);
  console.log(script.padEnd(16), `${seconds.toFixed(2)} s, ${rows} runs`);
  return seconds;
}

try {
  const service = await startService(['--db', join(folder, 'mirror.duckdb'), '--refresh', 'off'], {
    MLFLOW_TRACKING_URI: server.url,
  });
  try {
    await untilReady(service.url);
    const ours = [1, 2, 3].map(() => time('read_arrow.py', service.url));
    const theirs = time('search_runs.py', server.url);
    const [, median = NaN] = ours.toSorted((a, b) => a - b);
    console.log(`${(theirs / median).toFixed(0)} times as fast (goal: 50)`);
  } finally {
    await service.stop();
  }
} finally {
  await server.close();
  rmSync(folder, { recursive: true });
}
