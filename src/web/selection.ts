import type { Value } from '../engine/engine.ts';

/**
 * What a click on the values of a panel does. Plain data and no import of code: the page's script
 * works with it as the server does.
 */
export interface Selection {
  path: string;
  /** The page's query as it is, without what was turned to. */
  query: string;
  picks: SelectionPick[];
}

export interface SelectionPick {
  param: string;
  column: string;
  value: string;
  /** What is chosen now. */
  chosen: string[];
  many: boolean;
  /** How an address says that there is no condition; undefined when there must be one. */
  none: string | undefined;
  /** For a column that shows something else than is chosen: what stands for it. */
  values: Record<string, string> | undefined;
}

/** The address once these values are clicked, by parameter; undefined when it stays as it is. */
export function pickAddress(
  { path, query, picks }: Selection,
  clicked: ReadonlyMap<string, string>,
): string | undefined {
  const hit = picks.filter((it) => clicked.has(it.param));
  if (hit.length === 0) return undefined;
  const valueOf = ({ param }: SelectionPick): string => clicked.get(param) ?? '';
  const back = hit.every((it) => it.chosen.includes(valueOf(it)));
  const next = new URLSearchParams(query);
  for (const pick of hit) {
    const { param, chosen, many, none } = pick;
    const others = many ? chosen.filter((it) => it !== valueOf(pick)) : [];
    const values = back ? others : [...others, valueOf(pick)];
    const said = values.length > 0 ? values : none === undefined ? chosen : [none];
    next.delete(param);
    for (const value of said) next.append(param, value);
  }
  const address = `${path}?${next.toString()}`;
  return address === `${path}?${new URLSearchParams(query).toString()}` ? undefined : address;
}

/** The value that a row, or a mark drawn from rows, stands for; undefined when it stands for none. */
export function pickedValue(
  { column, value, values }: Pick<SelectionPick, 'column' | 'value' | 'values'>,
  read: (column: string) => unknown,
): string | undefined {
  const own = textOf(read(value));
  if (own !== undefined || values === undefined) return own;
  const shown = textOf(read(column));
  return shown === undefined ? undefined : values[shown];
}

/** Whether a row is among what is chosen; undefined when nothing is. */
export function isChosen(
  { picks }: Selection,
  read: (column: string) => Value | undefined,
): boolean | undefined {
  const choosing = picks.filter((it) => it.chosen.length > 0);
  if (choosing.length === 0) return undefined;
  return choosing.every((it) => it.chosen.includes(textOf(read(it.value)) ?? ''));
}

const textOf = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
    ? String(value)
    : undefined;
};
