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
  const hasSource = view.columns.some((it) => it.name === 'source');
  if (source !== undefined && hasSource) chosen.push(...choices.conditions({ source: '$source' }));
  const shown = label ?? value;
  const read = async (where: Condition[]): Promise<Value[][]> => {
    const query = select(view, {
      columns: [value, shown, ...(hasSource ? ['source'] : [])],
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
  // By source: servers give the same ids to different experiments, and a choice takes all of them.
  const labels = new Map<string, Map<string, string>>();
  const add = (some: Value[][]): void => {
    for (const [key, text, from] of some) {
      if (key === null || key === undefined) continue;
      const known = labels.get(String(key)) ?? new Map<string, string>();
      labels.set(String(key), known);
      if (!known.has(String(from))) known.set(String(from), String(text ?? key));
    }
  };
  add(rows.slice(0, most));
  const beyond = rows.length > most ? wanted.filter((it) => !labels.has(it)) : [];
  if (beyond.length > 0) add(await read(named(beyond)));
  // What another server names otherwise does not hold the words.
  const ofSeveral = search !== '' && source !== undefined && hasSource && labels.size > 0;
  if (ofSeveral) add(await read(named([...labels.keys()])));
  return {
    options: [...labels].map(([value, known]) => ({
      value,
      label: [...new Set(known.values())].join(' + '),
    })),
    cut: rows.length > most,
    depends: chosen.length > fixed,
  };
}
