import type { Bindable, ColumnType } from '../engine/engine.ts';
import { RunlensError } from '../errors.ts';
import { columnOf, type View, type ViewColumn } from './view.ts';

/**
 * A condition on one column. `=` and `!=` treat null as a value; `contains` ignores case;
 * `in` takes a list, and an empty one holds for no row.
 */
export interface Condition {
  column: string;
  op: '=' | '!=' | 'in' | '>=' | '<' | 'contains';
  value: Bindable | readonly Bindable[];
}

export interface SelectOptions {
  /** Default: all, as the view gives them. */
  columns?: readonly string[];
  where?: readonly Condition[];
  orderBy?: readonly { column: string; direction: 'asc' | 'desc' }[];
  limit?: number;
  offset?: number;
}

/** A statement with its values beside it: they are never part of the text. */
export interface BoundSql {
  sql: string;
  values: Bindable[];
}

/** The only way a name gets into SQL. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * Rows of a view as one statement.
 * @throws RunlensError BAD_REQUEST naming the column that the view does not have
 */
export function select(
  view: View,
  { columns, where = [], orderBy = [], limit, offset }: SelectOptions = {},
): BoundSql {
  const values: Bindable[] = [];
  const bind = (value: Bindable): string => `$${values.push(value)}`;
  const quoted = (name: string): string => quoteIdentifier(columnOf(view, name).name);
  const parts = [
    `select ${(columns ?? view.columns.map((column) => column.name)).map(quoted).join(', ')}`,
    `from ${quoteIdentifier(view.name)}`,
  ];
  if (where.length > 0) {
    const tests = where.map((it) => test(columnOf(view, it.column), it, bind));
    parts.push(`where ${tests.join(' and ')}`);
  }
  if (orderBy.length > 0) {
    const keys = orderBy.map(({ column, direction }) => {
      return `${quoted(column)} ${direction === 'desc' ? 'desc' : 'asc'} nulls last`;
    });
    parts.push(`order by ${keys.join(', ')}`);
  }
  if (limit !== undefined) parts.push(`limit ${bind(rowCount('limit', limit))}`);
  if (offset !== undefined) parts.push(`offset ${bind(rowCount('offset', offset))}`);
  return { sql: parts.join(' '), values };
}

function rowCount(field: string, count: number): bigint {
  if (Number.isSafeInteger(count) && count >= 0) return BigInt(count);
  throw new RunlensError('BAD_REQUEST', `${field} is not a count of rows`, { field });
}

function test(
  { name, type }: ViewColumn,
  { op, value }: Condition,
  bind: (value: Bindable) => string,
): string {
  const column = quoteIdentifier(name);
  const bound = (it: Bindable): string => typed(type, bind(alike(type, it)));
  if (op === 'in') {
    const list = isList(value) ? value : [value];
    const some = list.filter((it) => it !== null);
    const tests = some.length > 0 ? [`${column} in (${some.map(bound).join(', ')})`] : [];
    if (some.length < list.length) tests.push(`${column} is null`);
    return tests.length > 0 ? `(${tests.join(' or ')})` : 'false';
  }
  if (isList(value)) {
    throw new RunlensError('BAD_REQUEST', `${name} takes one value`, { field: name });
  }
  if (value === null && op === '=') return `${column} is null`;
  if (value === null && op === '!=') return `${column} is not null`;
  if (op === 'contains') {
    return `strpos(lower(cast(${column} as varchar)), lower(${bind(String(value))})) > 0`;
  }
  if (op === '!=') return `${column} is distinct from ${bound(value)}`;
  return `${column} ${op} ${bound(value)}`;
}

const isList = (value: Condition['value']): value is readonly Bindable[] => Array.isArray(value);

/**
 * A file's number as the text or the whole number that the column holds: ids are texts of digits, which an
 * engine would compare with a number as rounded ones.
 */
function alike(type: ColumnType, value: Bindable): Bindable {
  if (type === 'string' && typeof value === 'number') return String(value);
  const isWhole = type === 'int64' && typeof value === 'string' && /^-?\d+$/.test(value);
  return isWhole ? BigInt(value) : value;
}

/** Dates are bound as text; every other type binds as itself. */
const typed = (type: ColumnType, placeholder: string): string =>
  type === 'date' ? `cast(${placeholder} as date)` : placeholder;
