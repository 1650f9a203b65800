/**
 * The wide Arrow stream beside DuckDB's own way: build the wide table, then COPY it to Parquet.
 * Runs with 40 metrics, 40 params and 40 tags are generated straight into a mirror; each way then
 * runs in a process of its own, so that its peak memory is its own.
 *
 *   npx tsx bench/export.ts [runs, default 100000] [folder for the files]
 */
import { spawnSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { openExport } from '../src/exports/export.ts';
import { Store } from '../src/store/store.ts';

const KEYS = 40;

interface Measured {
  seconds: number;
  megabytes: number;
  peakMemoryMb: number;
  longestStallMs: number;
}

async function generate(path: string, runs: number): Promise<void> {
  const store = await Store.open({ path });
  const key = (name: string): string => `'${name}_' || lpad(cast(k as varchar), 3, '0')`;
  const cells = `range(1, ${runs} + 1) r(i), range(${KEYS}) s(k)`;
  await store.write(async (connection) => {
    for (const sql of [
      `insert into mirror.sources (source, tracking_uri, last_sync_at) values ('default', 'generated', 1)`,
      `insert into mirror.experiments by name
       select 'default' as source, cast(i as varchar) as experiment_id, 'experiment ' || i as name,
         'active' as lifecycle_stage, 0 as content_hash from range(50) t(i)`,
      `insert into mirror.runs by name
       select i as run_no, 'default' as source, md5(cast(i as varchar)) as run_id,
         cast(hash(i) % 50 as varchar) as experiment_id, 'FINISHED' as status,
         'active' as lifecycle_stage, 1700000000000 + i * 63000 as start_ms,
         1700000000000 + i * 63000 + 5000000 as end_ms,
         'mlflow-artifacts:/' || md5(cast(i as varchar)) || '/artifacts' as artifact_uri,
         0 as content_hash from range(1, ${runs} + 1) t(i)`,
      `insert into mirror.metrics (run_no, key, stored, step, logged_ms)
       select i, ${key('metric')}, (hash(i * 1000 + k) % 1000000) / 1000000.0, 10, 1700000000000
       from range(${KEYS}) s(k), range(1, ${runs} + 1) r(i) order by 2, 1`,
      `insert into mirror.params
       select i, ${key('param')}, cast(hash(i * 1000 + k) % 1000 as varchar) from ${cells} order by 1`,
      `insert into mirror.tags
       select i, ${key('tag')}, cast(hash(i * 1000 + k) % 100000 as varchar) from ${cells} order by 1`,
    ]) {
      await connection.run(sql);
    }
  });
  await store.close();
}

async function measure(work: () => Promise<void>, file: string): Promise<Measured> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const start = performance.now();
  await work();
  return {
    seconds: (performance.now() - start) / 1000,
    megabytes: (await stat(file)).size / 1e6,
    peakMemoryMb: process.resourceUsage().maxRSS / 1024,
    longestStallMs: delay.max / 1e6,
  };
}

async function arrow(path: string, file: string): Promise<Measured> {
  // Else DuckDB keeps all of the file that it has read, as long as there is memory.
  const store = await Store.open({ path, memoryLimit: '200MB' });
  const measured = await measure(async () => {
    const out = createWriteStream(file);
    const { body } = await openExport(
      { engine: store.engine, workFolder: store.workFolder },
      { frame: 'runs', format: 'arrows' },
    );
    for await (const piece of body) if (!out.write(piece)) await once(out, 'drain');
    out.end();
    await once(out, 'finish');
  }, file);
  await store.close();
  return measured;
}

async function duckdb(path: string): Promise<Measured> {
  const store = await Store.open({ path });
  const file = join(store.workFolder, 'wide.parquet');
  const wide = (table: string): string => `(
    select * from (pivot mirror.${table} on key using first(value) group by run_no))`;
  const measured = await measure(
    () =>
      store.engine.withConnection(async (connection) => {
        await connection.run(
          `create temp table wide as
           select r.run_id, r.experiment_id, r.status, r.artifact_uri, r.start_ms, r.end_ms,
             m.* exclude (run_no), p.* exclude (run_no), t.* exclude (run_no)
           from mirror.runs r
           left join ${wide('metrics')} m on m.run_no = r.run_no
           left join ${wide('params')} p on p.run_no = r.run_no
           left join ${wide('tags')} t on t.run_no = r.run_no`,
        );
        await connection.run('copy wide to $1 (format parquet, compression zstd)', [file]);
      }),
    file,
  );
  await store.close();
  return measured;
}

function inOwnProcess(step: string, ...args: string[]): Measured {
  const script = fileURLToPath(import.meta.url);
  const { status, stdout } = spawnSync(
    process.execPath,
    [...process.execArgv, script, step, ...args],
    { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`${step} failed`);
  return JSON.parse(stdout || '{}') as Measured;
}

const [step = '100000', ...args] = process.argv.slice(2);
if (step === 'generate') await generate(args[0] ?? '', Number(args[1]));
else if (step === 'arrow') console.log(JSON.stringify(await arrow(args[0] ?? '', args[1] ?? '')));
else if (step === 'duckdb') console.log(JSON.stringify(await duckdb(args[0] ?? '')));
else {
  const folder = await mkdtemp(join(args[0] ?? tmpdir(), 'runlens-export-'));
  try {
    const path = join(folder, 'runs.duckdb');
    inOwnProcess('generate', path, step);
    const ours = inOwnProcess('arrow', path, join(folder, 'runs.arrows'));
    const theirs = inOwnProcess('duckdb', path);
    console.log(`${step} runs, ${KEYS} metrics, params and tags each`);
    console.table({ 'Arrow stream': ours, 'wide table + COPY': theirs });
    console.log(`ratio ${(ours.seconds / theirs.seconds).toFixed(2)} (goal: at most 0.35)`);
    console.log('goals at 1,000,000 runs: under 700 MB, no stall of 50 ms');
  } finally {
    await rm(folder, { recursive: true });
  }
}
