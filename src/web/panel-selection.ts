import { allowsAll, type Choice, type Choices } from '../dashboards/choices.ts';
import type { RowsPanel } from '../dashboards/dashboard.ts';
import type { PanelRows } from '../dashboards/rows.ts';
import type { Selection, SelectionPick } from './selection.ts';

/** What a click on a panel does, with what is chosen now; undefined when it does nothing. */
export function panelSelection(
  { select }: RowsPanel,
  { columns, rows }: Pick<PanelRows, 'columns' | 'rows'>,
  choices: Choices,
  address: { path: string; query: URLSearchParams },
): Selection | undefined {
  const at = (name: string): number => columns.findIndex((it) => it.name === name);
  const picks = select.flatMap(({ param, column, value }): SelectionPick[] => {
    const choice = choices.get(param);
    if (choice === undefined) return [];
    const [shownAt, valueAt] = [at(column), at(value)];
    const pairs = rows.map((row) => [String(row[shownAt]), String(row[valueAt])]);
    const values = column === value ? undefined : Object.fromEntries(pairs);
    const many = choice.param.type === 'multiselect';
    return [{ param, column, value, chosen: choice.raw, many, none: noneOf(choice), values }];
  });
  if (picks.length === 0) return undefined;
  return { path: address.path, query: address.query.toString(), picks };
}

/** How the address says that a parameter is without a condition; undefined when it cannot be. */
export function noneOf({ param, options }: Choice): string | undefined {
  if (param.type === 'enum') return options.some((it) => it.value === 'all') ? 'all' : undefined;
  if (param.type === 'text') return param.default === '' ? '' : undefined;
  return allowsAll(param) ? 'all' : undefined;
}
