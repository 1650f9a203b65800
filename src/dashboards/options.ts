import type { Reader } from '../engine/engine.ts';
import { RunlensError } from '../errors.ts';
import { select } from '../queries/select.ts';
import type { Catalog } from '../queries/view.ts';
import type { Choices } from './choices.ts';
import type { ParamOptions } from './schema.ts';

export interface Option {
  value: string;
  label: string;
}

/** Enough for a list that one can still search; beyond it the address takes any value. */
const MAX_OPTIONS = 1_000;

const isParam = (value: unknown): boolean => typeof value === 'string' && value.startsWith('$');

/** The options of a parameter, without repetition, under the choices made above it. */
export async function readOptions(
  { view: name, value, label, where, order }: ParamOptions,
  choices: Choices,
  { catalog, reader }: { catalog: Catalog; reader: Reader },
): Promise<{ options: Option[]; cut: boolean; depends: boolean }> {
  const view = catalog.get(name);
  if (view === undefined) throw new RunlensError('BAD_DASHBOARD', `there is no view ${name}`);
  const chosen = choices.conditions(where);
  const fixed = Object.values(where).filter((it) => !isParam(it)).length;
  const source = choices.get('source');
  if (source !== undefined && view.columns.some((it) => it.name === 'source')) {
    chosen.push(...choices.conditions({ source: '$source' }));
  }
  const query = select(view, {
    columns: [value, label ?? value],
    where: chosen,
    orderBy: Object.entries(order ?? { [label ?? value]: 'asc' as const }).map(
      ([column, direction]) => ({ column, direction }),
    ),
    limit: MAX_OPTIONS + 1,
  });
  const { rows } = await reader.query(query.sql, query.values);
  const labels = new Map<string, string>();
  for (const [key, text] of rows.slice(0, MAX_OPTIONS)) {
    if (key === null || key === undefined || labels.has(String(key))) continue;
    labels.set(String(key), text === null || text === undefined ? String(key) : String(text));
  }
  return {
    options: [...labels].map(([value, label]) => ({ value, label })),
    cut: rows.length > MAX_OPTIONS,
    depends: chosen.length > fixed,
  };
}
