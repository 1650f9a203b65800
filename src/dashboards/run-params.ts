import type { Reader, Value } from '../engine/engine.ts';
import { RunlensError } from '../errors.ts';
import { select } from '../queries/select.ts';
import type { Catalog } from '../queries/view.ts';
import type { TablePanel } from './dashboard.ts';
import type { PanelRows } from './rows.ts';
import type { TableColumn } from './schema.ts';

/** More would push the table's own columns out of sight. */
const MAX_COLUMNS = 6;

export interface WidenedTable {
  rows: PanelRows;
  /** Those of the panel, or all of the rows'. */
  columns: TableColumn[];
}

/**
 * A table of runs with a column for each param in which the runs shown differ, the first six by
 * name; other tables as they are.
 */
export async function addDifferingParams(
  { columns: asked, link, params }: TablePanel,
  rows: PanelRows,
  { catalog, reader }: { catalog: Catalog; reader: Reader },
): Promise<WidenedTable> {
  const columns = asked ?? rows.columns.map(({ name }) => ({ column: name }));
  if (params === undefined || link === undefined || !('run' in link)) return { rows, columns };
  const view = catalog.get('params');
  if (view === undefined) throw new RunlensError('BAD_DASHBOARD', 'there is no view params');
  const at = (name: string): number => rows.columns.findIndex((it) => it.name === name);
  const [runAt, sourceAt] = [at(link.run), at('source')];
  const ids = rows.rows.map((row) => String(row[runAt]));
  const { sql, values } = select(view, {
    columns: ['key', 'value', 'run_id', 'source'],
    where: [{ column: 'run_id', op: 'in', value: ids }],
    orderBy: [{ column: 'key', direction: 'asc' }],
  });
  const name = (run: Value | undefined, source: Value | undefined): string =>
    JSON.stringify([run, sourceAt < 0 ? null : source]);
  const byKey = new Map<string, Map<string, Value>>();
  for (const [key, value, run, source] of (await reader.query(sql, values)).rows) {
    const its = byKey.get(String(key)) ?? new Map<string, Value>();
    byKey.set(String(key), its.set(name(run, source), value ?? null));
  }
  const runs = rows.rows.map((row) => name(row[runAt], row[sourceAt]));
  const differing = [...byKey]
    .filter(([, its]) => new Set(runs.map((run) => its.get(run))).size > 1)
    .slice(0, MAX_COLUMNS);
  const added = differing.map(([key]) => ({ column: `params.${key}`, title: key }));
  return {
    columns: [...columns, ...added],
    rows: {
      ...rows,
      columns: [
        ...rows.columns,
        ...added.map(({ column, title }) => {
          return { name: column, type: 'string' as const, description: `param ${title}` };
        }),
      ],
      rows: rows.rows.map((row, index) => [
        ...row,
        ...differing.map(([, its]) => its.get(runs[index] ?? '') ?? null),
      ]),
    },
  };
}
