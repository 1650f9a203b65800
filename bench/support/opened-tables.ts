import type { Reader } from '../../src/engine/engine.ts';
import type { BoundSql } from '../../src/queries/select.ts';

interface PlanNode {
  name: string;
  children: PlanNode[];
  extra_info: Record<string, string | string[]>;
}

export interface OpenedColumn {
  name: string;
  kind: 'text' | 'time' | 'number';
}

const kindOf = (type: unknown): OpenedColumn['kind'] =>
  type === 'VARCHAR' ? 'text' : type === 'TIMESTAMP' ? 'time' : 'number';

/** The tables of the mirror that a statement's plan scans, and the columns it reads of each. */
export async function openedTables(
  reader: Reader,
  { sql, values }: BoundSql,
): Promise<Map<string, OpenedColumn[]>> {
  const explained = await reader.query(`explain (format json) ${sql}`, values);
  const scanned = new Map<string, Set<string>>();
  const visit = (node: PlanNode): void => {
    const { Table: table, Projections: columns = [] } = node.extra_info;
    if (typeof table === 'string') {
      const name = table.split('.').at(-1) ?? '';
      const seen = scanned.get(name) ?? new Set();
      for (const column of [columns].flat()) seen.add(column);
      scanned.set(name, seen);
    }
    node.children.forEach(visit);
  };
  (JSON.parse(String(explained.rows[0]?.[1])) as PlanNode[]).forEach(visit);
  const described = await reader.query(
    `select table_name, column_name, data_type from duckdb_columns()
     where schema_name = 'mirror'`,
  );
  return new Map(
    [...scanned].map(([table, columns]) => [
      table,
      described.rows.flatMap(([of, name, type]) =>
        of === table && columns.has(String(name))
          ? [{ name: String(name), kind: kindOf(type) }]
          : [],
      ),
    ]),
  );
}
