import { packagePath } from '../../src/paths.ts';
import { openCatalog } from '../../src/queries/catalog.ts';
import type { Column, Value } from '../../src/engine/engine.ts';
import { Store } from '../../src/store/store.ts';

/** A row as sorted `column=value` text: exact, and readable when two sides differ. */
export type TableRows = Map<string, string[]>;

const TABLES = [
  'experiments',
  'experiment_tags',
  'runs',
  'metrics',
  'params',
  'tags',
  'dataset_inputs',
];

/** A mirror with its views, as the service opens it. */
export async function openMirror(path: string): Promise<Store> {
  const store = await Store.open({ path });
  await openCatalog({ store, folders: [packagePath('queries')] });
  return store;
}

/** Every public table of one source's mirror, `source` left out, as sorted lines. */
export async function readTables(store: Store, source: string): Promise<TableRows> {
  const tables: TableRows = new Map();
  for (const table of TABLES) {
    const { columns, rows } = await store.engine.query(
      `select * from ${table} where source = $1`,
      [source],
      { maxRows: 1_000_000 },
    );
    tables.set(table, rows.map((row) => line(columns, row)).sort());
  }
  return tables;
}

function line(columns: readonly Column[], row: readonly Value[]): string {
  const parts = columns.map(({ name }, index) => [name, print(row[index] ?? null)] as const);
  return parts
    .filter(([name]) => name !== 'source')
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

function print(value: Value): string {
  if (typeof value === 'number') return printDouble(value);
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

/** Doubles of both sides in one notation; the sign of zero kept. */
export function printDouble(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
