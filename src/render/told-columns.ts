import { NUMBER_FORMAT } from '../dashboards/expressions.ts';
import type { TableColumn } from '../dashboards/schema.ts';
import { isJson, type Json } from '../json.ts';
import { unknownFields } from './check-fields.ts';

/**
 * What a chart tells, as columns of a table: those of its tooltips, under their names and in their formats, then
 * what else it draws from. All of them when the chart names none.
 */
export function toldColumns(spec: Json, columns: readonly string[]): TableColumn[] {
  const named = tooltips(spec).map(({ field, title, format }) => ({
    column: String(field),
    ...(typeof title === 'string' ? { title } : {}),
    // Times have a format of the table's own, in the viewer's zone.
    ...(typeof format === 'string' && NUMBER_FORMAT.test(format) ? { format } : {}),
  }));
  // Whatever no transform makes is a column.
  const drawn = unknownFields(spec, []).map((it) => ({ column: it.field }));
  const told = [...named, ...drawn].filter(
    (it, index, all) =>
      columns.includes(it.column) && all.findIndex(({ column }) => column === it.column) === index,
  );
  return told.length > 0 ? told : columns.map((column) => ({ column }));
}

function tooltips(node: unknown): Json[] {
  if (Array.isArray(node)) return node.flatMap(tooltips);
  if (!isJson(node)) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    key === 'tooltip' ? [value].flat().filter(isJson) : tooltips(value),
  );
}
