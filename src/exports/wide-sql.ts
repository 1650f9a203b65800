import { quoteIdentifier, type BoundSql } from '../queries/select.ts';
import { ENGINE_TYPES, type ExportType } from './column-builder.ts';
import type { Keyed, KeyedColumns } from './wide-keys.ts';
import { bounds, type Window } from './window.ts';

export interface FixedColumn {
  name: string;
  type: ExportType;
  sql: string;
}

const micros = (column: string): string => `make_timestamp(case
  when ${column} between -9223372036854775 and 9223372036854775 then ${column} * 1000 end)`;

/** What the runs frame begins with; `source` only when the runs come from several. */
export const FIXED: readonly FixedColumn[] = [
  { name: 'source', type: 'string', sql: 'r.source' },
  { name: 'run_id', type: 'string', sql: 'r.run_id' },
  { name: 'experiment_id', type: 'string', sql: 'r.experiment_id' },
  { name: 'status', type: 'string', sql: 'r.status' },
  { name: 'artifact_uri', type: 'string', sql: 'r.artifact_uri' },
  { name: 'start_time', type: 'timestamp', sql: micros('r.start_ms') },
  { name: 'end_time', type: 'timestamp', sql: micros('r.end_ms') },
];

/** What a window of runs has in a table, see `bounds`. */
const cells = (table: Keyed, columns: string): string => `
  select ${columns}
  from mirror.${table} c
  join (select pos, run_no from chosen where pos >= $1 and pos < $2) s on s.run_no = c.run_no
  join ${table}_code k on k.key = c.key
  where c.run_no between $3 and $4`;

/** Values of a window of runs: (cell, value), a cell being column x stride + row. */
export function cellsSql(table: Keyed, window: Window, stride: number): BoundSql {
  const cell = 'cast(k.code * $5 + s.pos - $1 as integer) as cell, c.value';
  return { sql: cells(table, cell), values: [...bounds(window), BigInt(stride)] };
}

/** The columns of a window of runs that every run has, in the order of the runs. */
export function fixedSql(fixed: readonly FixedColumn[], window: Window): BoundSql {
  const columns = fixed.map(({ sql, type }) => `cast(${sql} as ${ENGINE_TYPES[type].sql})`);
  return {
    sql: `select ${columns.length === 0 ? 's.pos' : columns.join(', ')}
      from chosen s
      join mirror.runs r on r.run_no = s.run_no
      where s.pos >= $1 and s.pos < $2 and r.run_no between $3 and $4
      order by s.pos`,
    values: bounds(window),
  };
}

/** A window of runs as wide rows, made by the engine; for the formats that it writes itself. */
export function wideSql(
  fixed: readonly FixedColumn[],
  keyed: readonly (readonly [Keyed, KeyedColumns])[],
  window: Window,
): BoundSql {
  const columns = fixed.map(
    ({ name, type, sql }) =>
      `cast(${sql} as ${ENGINE_TYPES[type].sql}) as ${quoteIdentifier(name)}`,
  );
  const joins: string[] = [];
  for (const [table, { keys }] of keyed) {
    if (keys.length === 0) continue;
    keys.forEach((key, code) => {
      columns.push(`${table}."${code}" as ${quoteIdentifier(`${table}.${key}`)}`);
    });
    joins.push(`left join (
      select * from (
        pivot (${cells(table, 's.pos, k.code, c.value')}
        ) on code in (${[...keys.keys()].join(', ')}) using first(value) group by pos
      )
    ) ${table} on ${table}.pos = s.pos`);
  }
  return {
    sql: `select ${columns.join(', ')}
      from chosen s
      join mirror.runs r on r.run_no = s.run_no
      ${joins.join('\n')}
      where s.pos >= $1 and s.pos < $2 and r.run_no between $3 and $4
      order by s.pos`,
    values: bounds(window),
  };
}
