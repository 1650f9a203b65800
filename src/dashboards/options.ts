import type { Reader, Value } from '../engine/engine.ts';
import { RunlensError } from '../errors.ts';
import { select, type Condition } from '../queries/select.ts';
import type { Catalog } from '../queries/view.ts';
import type { Choices } from './choices.ts';
import type { ParamOptions } from './schema.ts';

export interface Option {
  value: string;
  label: string;
}

/** Enough for a list in a page; what is beyond it is found by searching. */
const MAX_OPTIONS = 1_000;

const isParam = (value: unknown): boolean => typeof value === 'string' && value.startsWith('$');

export interface ReadOptionsOptions {
  catalog: Catalog;
  reader: Reader;
  /** Only those whose label holds these words. */
  search?: string;
  /** Options at the most. */
  most?: number;
  /** Values whose options are wanted even when they are beyond the limit. */
  wanted?: readonly string[];
  /** The only values whose options are wanted. */
  only?: readonly string[];
}

/** The options of a parameter, without repetition, under the choices made above it. */
export async function readOptions(
  { view: name, value, label, where, order }: ParamOptions,
  choices: Choices,
  { catalog, reader, search = '', most = MAX_OPTIONS, wanted = [], only }: ReadOptionsOptions,
): Promise<{ options: Option[]; cut: boolean; depends: boolean }> {
  const view = catalog.get(name);
  if (view === undefined) throw new RunlensError('BAD_DASHBOARD', `there is no view ${name}`);
  const chosen = choices.conditions(where);
  const fixed = Object.values(where).filter((it) => !isParam(it)).length;
  const source = choices.get('source');
  if (source !== undefined && view.columns.some((it) => it.name === 'source')) {
    chosen.push(...choices.conditions({ source: '$source' }));
  }
  const shown = label ?? value;
  const read = async (where: Condition[]): Promise<Value[][]> => {
    const query = select(view, {
      columns: [value, shown],
      where: [...chosen, ...where],
      orderBy: Object.entries(order ?? { [shown]: 'asc' as const }).map(([column, direction]) => ({
        column,
        direction,
      })),
      limit: most + 1,
    });
    return (await reader.query(query.sql, query.values)).rows;
  };
  const named = (values: readonly string[]): Condition[] => [
    { column: value, op: 'in', value: [...values] },
  ];
  const found: Condition[] =
    search === '' ? [] : [{ column: shown, op: 'contains', value: search }];
  const rows = await read(only === undefined ? found : named(only));
  const labels = new Map<string, string>();
  const add = (some: Value[][]): void => {
    for (const [key, text] of some) {
      if (key === null || key === undefined || labels.has(String(key))) continue;
      labels.set(String(key), text === null || text === undefined ? String(key) : String(text));
    }
  };
  add(rows.slice(0, most));
  const beyond = rows.length > most ? wanted.filter((it) => !labels.has(it)) : [];
  if (beyond.length > 0) add(await read(named(beyond)));
  return {
    options: [...labels].map(([value, label]) => ({ value, label })),
    cut: rows.length > most,
    depends: chosen.length > fixed,
  };
}
