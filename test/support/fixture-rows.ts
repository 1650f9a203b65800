import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { toDuckDb } from '../../src/engine/duckdb-values.ts';
import type { Bindable } from '../../src/engine/engine.ts';
import { openExport, type ExportRequest } from '../../src/exports/export.ts';
import { packagePath } from '../../src/paths.ts';
import { openCatalog } from '../../src/queries/catalog.ts';
import { select, type SelectOptions } from '../../src/queries/select.ts';
import { Store } from '../../src/store/store.ts';

export interface RunRow {
  source?: string;
  id: string;
  experiment?: string;
  user?: string | null;
  status?: string;
  deleted?: boolean;
  /** ISO 8601, UTC. */
  start?: string | null;
  end?: string | null;
  metrics?: Record<string, number>;
  params?: Record<string, string>;
  tags?: Record<string, string>;
  datasets?: { name: string; digest: string; context: string | null }[];
}

export interface Rows {
  sources?: { source: string; lastSync?: string }[];
  experiments?: { source?: string; id: string; name: string; deleted?: boolean }[];
  runs?: RunRow[];
}

/** A mirror of exactly these rows, in memory, with the shipped views. */
export async function openRows({ sources, experiments, runs = [] }: Rows, path = ':memory:') {
  const store = await Store.open({ path });
  await store.write(async (connection) => {
    const insert = inserter(connection);
    for (const { source, lastSync } of sources ?? [{ source: 'default' }]) {
      await insert('sources', { source, tracking_uri: 'http://x', last_sync_at: ms(lastSync) });
    }
    for (const { source, id, name, deleted } of experiments ?? [{ id: '1', name: 'one' }]) {
      await insert('experiments', {
        source: source ?? 'default',
        experiment_id: id,
        name,
        lifecycle_stage: deleted === true ? 'deleted' : 'active',
        content_hash: 0n,
      });
    }
    for (const [index, run] of runs.entries()) await insertRun(insert, BigInt(index + 1), run);
  });
  const catalog = await openCatalog({ store, folders: [packagePath('queries')] });
  return { store, engine: store.engine, catalog };
}

export type OpenRows = Awaited<ReturnType<typeof openRows>>;

/** Rows of a view as objects, times as ISO 8601. */
export async function viewRows(
  { engine, catalog }: OpenRows,
  name: string,
  options: SelectOptions = {},
): Promise<Record<string, unknown>[]> {
  const view = catalog.get(name);
  if (view === undefined) throw new Error(`no view ${name}`);
  const { sql, values } = select(view, options);
  const { columns, rows } = await engine.query(sql, values);
  return rows.map((row) =>
    Object.fromEntries(
      columns.map(({ name, type }, index) => {
        const value = row[index] ?? null;
        const time = type === 'timestamp' && typeof value === 'bigint';
        return [name, time ? new Date(Number(value)).toISOString() : value];
      }),
    ),
  );
}

/** A whole export of the mirror in memory: the runs as an Arrow file, or what the request says. */
export async function exportBytes(
  { engine, store, catalog }: OpenRows,
  request: Partial<ExportRequest> = {},
): Promise<Buffer> {
  const deps = { engine, workFolder: store.workFolder, catalog, version: '1' };
  const { body } = await openExport(deps, { frame: 'runs', format: 'arrow', ...request });
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** What DuckDB reads from a Parquet file of ours. */
export async function readParquet(bytes: Buffer, from: OpenRows, select = '*') {
  const path = join(from.store.workFolder, 'read-back.parquet');
  await writeFile(path, bytes);
  return from.engine.query(`select ${select} from read_parquet($1)`, [path]);
}

type Insert = (table: string, row: Record<string, Bindable>) => Promise<void>;

function inserter(connection: DuckDBConnection): Insert {
  return async (table, row) => {
    const names = Object.keys(row);
    const marks = names.map((_, index) => `$${index + 1}`);
    const sql = `insert into mirror.${table} (${names.join(', ')}) values (${marks.join(', ')})`;
    const bound = toDuckDb(Object.values(row));
    await connection.run(sql, bound.values, bound.types);
  };
}

async function insertRun(insert: Insert, run_no: bigint, run: RunRow): Promise<void> {
  const { start = '2026-03-02T10:00:00Z', end = null } = run;
  await insert('runs', {
    run_no,
    source: run.source ?? 'default',
    run_id: run.id,
    experiment_id: run.experiment ?? '1',
    run_name: `name of ${run.id}`,
    user_name: run.user ?? null,
    status: run.status ?? 'FINISHED',
    lifecycle_stage: run.deleted === true ? 'deleted' : 'active',
    start_ms: ms(start),
    end_ms: ms(end),
    artifact_uri: `file:///artifacts/${run.id}`,
    content_hash: 0n,
    started_at: start === null ? null : new Date(start),
    started_day: start === null ? null : new Date(start.slice(0, 10)),
  });
  for (const [key, value] of Object.entries(run.metrics ?? {})) {
    const minus_zero = Object.is(value, -0);
    await insert('metrics', { run_no, key, stored: value, step: 0n, logged_ms: 0n, minus_zero });
  }
  for (const table of ['params', 'tags'] as const) {
    for (const [key, value] of Object.entries(run[table] ?? {})) {
      await insert(table, { run_no, key, value });
    }
  }
  for (const dataset of run.datasets ?? []) await insert('dataset_inputs', { run_no, ...dataset });
}

const ms = (iso: string | null | undefined): bigint | null =>
  iso === null || iso === undefined ? null : BigInt(Date.parse(iso));
