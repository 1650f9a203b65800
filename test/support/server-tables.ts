import { parseJson } from '../../src/mlflow/json.ts';
import { runPython } from './python.ts';
import { printDouble, type TableRows } from './tables.ts';
import { packagePath } from '../../src/paths.ts';

const FROM_PYTHON: Record<string, number> = { nan: NaN, inf: Infinity, '-inf': -Infinity };

/** The same tables as `readTables`, as the official Python client reads them from the server. */
export function readServerTables(python: string, url: string): TableRows {
  const script = packagePath('test/integration/mirror_tables.py');
  const tables: TableRows = new Map();
  for (const text of runPython(python, [script, url]).split('\n')) {
    if (text === '') continue;
    const { table, row } = parseJson(text) as { table: string; row: Record<string, unknown> };
    const lines = tables.get(table) ?? [];
    const parts = Object.entries(row).map(
      ([name, value]) => `${name}=${print(table, name, value)}`,
    );
    lines.push(parts.join(' '));
    tables.set(table, lines);
  }
  for (const lines of tables.values()) lines.sort();
  return tables;
}

function print(table: string, name: string, value: unknown): string {
  if (table === 'metrics' && name === 'value') {
    const text = String(value);
    return printDouble(FROM_PYTHON[text] ?? Number(text));
  }
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
