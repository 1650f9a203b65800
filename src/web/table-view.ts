import { arranged, arranges, AS_WRITTEN, sortBy, type Sort } from '../dashboards/arrangement.ts';
import type { TablePanel } from '../dashboards/dashboard.ts';
import type { WidenedTable } from '../dashboards/run-params.ts';
import type { TableColumn } from '../dashboards/schema.ts';
import type { PanelColumn } from '../dashboards/rows.ts';
import { dashboardPath } from './links.ts';
import type { PanelViewOptions } from './panel-view.ts';

/** What a table shows of its rows, and how that can be changed. */
export interface TableView {
  columns: TableColumn[];
  /** What else there is to show; none where no service can be asked. */
  choice: ColumnChoice | undefined;
  sort: Sort | undefined;
  /** By column, the address of the table sorted by it. */
  sorted: ReadonlyMap<string, string>;
}

export interface ColumnChoice {
  columns: (TableColumn & { shown: boolean })[];
  /** What the address has beside the columns of this table. */
  rest: [name: string, value: string][];
  /** The address with the columns of the dashboard's author; undefined when those are shown. */
  reset: string | undefined;
}

export function tableView(
  panel: TablePanel,
  { columns, rows }: WidenedTable,
  { dashboard, choices, linked = true, arrangement = AS_WRITTEN }: PanelViewOptions,
): TableView {
  const { id, query } = panel;
  const chosen = arrangement.columns.get(id);
  const others = rows.columns.filter(({ name }) => columns.every((it) => it.column !== name));
  const all = [...columns, ...others.map(({ name }) => ({ column: name }))];
  const wanted = chosen === undefined ? columns : all.filter((it) => chosen.includes(it.column));
  const shown = wanted.length > 0 ? wanted : columns;
  const unchosen = new Map(arrangement.columns);
  unchosen.delete(id);
  const rest = arranged(choices.query(), { ...arrangement, columns: unchosen });
  const choice: ColumnChoice = {
    columns: all.map((it) => ({ ...it, shown: shown.includes(it) })),
    rest: [...rest],
    reset: chosen === undefined ? undefined : `${dashboardPath(dashboard.id, rest)}#${id}`,
  };
  const sort = arrangement.sorts.get(id) ?? firstOf(query.order);
  const sorted =
    linked && arranges(dashboard, 'sort')
      ? shown.flatMap(({ column }): [string, string][] => {
          const info = rows.columns.find((it) => it.name === column);
          // Params are put beside the rows once those are read.
          if (info === undefined || column.startsWith('params.')) return [];
          const next = sortBy(arrangement, panel, { column, direction: nextWay(info, sort) });
          return [
            [column, `${dashboardPath(dashboard.id, arranged(choices.query(), next))}#${id}`],
          ];
        })
      : [];
  return {
    columns: shown,
    choice: linked && arranges(dashboard, 'columns') ? choice : undefined,
    sort,
    sorted: new Map(sorted),
  };
}

function firstOf(order: Record<string, Sort['direction']> = {}): Sort | undefined {
  const [first] = Object.entries(order);
  return first && { column: first[0], direction: first[1] };
}

/** The other way round for what it is sorted by; else names from A, and the most or latest first. */
function nextWay({ name, type }: PanelColumn, sort: Sort | undefined): Sort['direction'] {
  if (sort?.column === name) return sort.direction === 'asc' ? 'desc' : 'asc';
  return type === 'string' ? 'asc' : 'desc';
}
