import { RunlensError } from '../errors.ts';
import type { Catalog } from '../queries/view.ts';
import { panelColumns } from './check-panel.ts';
import type { Dashboard, Panel, TablePanel } from './dashboard.ts';

/** How one looks at a dashboard, beside what is chosen: by panel, for those not as their author left them. */
export interface Arrangement {
  /** Which page a table shows, or the text table under a chart. */
  pages: ReadonlyMap<string, number>;
  /** What a table is sorted by. */
  sorts: ReadonlyMap<string, Sort>;
  /** Which columns a table shows. */
  columns: ReadonlyMap<string, readonly string[]>;
  /** The panel that has the whole window. */
  panel: string | undefined;
}

export interface Sort {
  column: string;
  direction: 'asc' | 'desc';
}

export const AS_WRITTEN: Arrangement = {
  pages: new Map(),
  sorts: new Map(),
  columns: new Map(),
  panel: undefined,
};

const NAMES = ['page', 'sort', 'columns', 'panel'] as const;
type Name = (typeof NAMES)[number];

const PAGE = /^([A-Za-z_]\w*)\.([1-9]\d{0,4})$/;
const SORT = /^([A-Za-z_]\w*)\.([A-Za-z_]\w*)\.(asc|desc)$/;
const COLUMN = /^([A-Za-z_]\w*)\.(.{1,250})$/s;

/** A dashboard with a parameter of that name keeps it to itself, and its panels do without. */
export const arranges = ({ params }: Dashboard, name: Name): boolean => !(name in params);

/**
 * Takes `page=PANEL.NUMBER`, `sort=PANEL.COLUMN.desc`, `columns=PANEL.COLUMN` and `panel=PANEL`
 * out of an address; all but the last once for each table or column.
 * @throws RunlensError BAD_REQUEST for what the dashboard does not have
 */
export function takeArrangement(
  dashboard: Dashboard,
  query: URLSearchParams,
  catalog: Catalog,
): { arrangement: Arrangement; query: URLSearchParams } {
  const rest = new URLSearchParams(query);
  const take = (name: Name): string[] => {
    if (!arranges(dashboard, name)) return [];
    rest.delete(name);
    return query.getAll(name).filter((it) => it !== '');
  };
  const table = (id: string): TablePanel | undefined => {
    const panel = dashboard.panels.find((it) => it.id === id);
    return panel?.kind === 'table' ? panel : undefined;
  };
  const pages = new Map<string, number>();
  for (const text of take('page')) {
    const [, id = '', number] = PAGE.exec(text) ?? [];
    const panel = dashboard.panels.find((it) => it.id === id);
    if (panel?.kind !== 'table' && panel?.kind !== 'chart') {
      throw refusal('page', text, 'Such as page=latest.2: the id of a panel and a number.');
    }
    pages.set(id, Number(number));
  }
  const sorts = new Map<string, Sort>();
  for (const text of take('sort')) {
    const [, id = '', column = '', direction] = SORT.exec(text) ?? [];
    const panel = table(id);
    if (panel === undefined || !has(panel, column, catalog)) {
      throw refusal('sort', text, 'Such as sort=latest.hours.desc: a table, a column and a way.');
    }
    sorts.set(id, { column, direction: direction === 'asc' ? 'asc' : 'desc' });
  }
  const columns = new Map<string, string[]>();
  for (const text of take('columns')) {
    const [, id = '', column = ''] = COLUMN.exec(text) ?? [];
    const panel = table(id);
    const named = panel?.params !== undefined && column.startsWith('params.');
    if (panel === undefined || !(named || has(panel, column, catalog))) {
      throw refusal(
        'columns',
        text,
        'Such as columns=latest.hours: a table and one of its columns.',
      );
    }
    columns.set(id, [...(columns.get(id) ?? []), column]);
  }
  const [panel] = take('panel');
  if (panel !== undefined && dashboard.panels.every((it) => it.id !== panel)) {
    throw refusal('panel', panel, `One of ${dashboard.panels.map((it) => it.id).join(', ')}.`);
  }
  return { arrangement: { pages, sorts, columns, panel }, query: rest };
}

function has({ query }: TablePanel, column: string, catalog: Catalog): boolean {
  const view = catalog.get(query.view);
  // A panel without its view says so itself.
  return view === undefined || panelColumns(query, view).includes(column);
}

const refusal = (field: Name, text: string, hint: string): RunlensError =>
  new RunlensError('BAD_REQUEST', `no ${field} ${JSON.stringify(text)}`, { field, hint });

/** The query of the same choices seen in this way. */
export function arranged(
  choices: URLSearchParams,
  { pages, sorts, columns, panel }: Arrangement,
): URLSearchParams {
  const query = new URLSearchParams(choices);
  for (const [id, number] of pages) query.append('page', `${id}.${number}`);
  for (const [id, { column, direction }] of sorts) {
    query.append('sort', `${id}.${column}.${direction}`);
  }
  for (const [id, names] of columns) {
    for (const name of names) query.append('columns', `${id}.${name}`);
  }
  if (panel !== undefined) query.set('panel', panel);
  return query;
}

/**
 * The columns of a panel's rows as a file: those that the table shows, then what its rows are told
 * apart by. Undefined for all of them.
 */
export function fileColumns(panel: Panel, { columns }: Arrangement): string[] | undefined {
  if (panel.kind !== 'table') return undefined;
  const { link, select, query } = panel;
  const shown = columns.get(panel.id) ?? panel.columns?.map((it) => it.column);
  if (shown === undefined) return undefined;
  const own = shown.filter((it) => !it.startsWith('params.'));
  const ids = link === undefined ? [] : linkColumns(link);
  const { group = [], measures } = query;
  const known = measures && [...group, ...Object.keys(measures)];
  const behind = [
    ...group,
    ...ids,
    ...select.filter((it) => own.includes(it.column)).map((it) => it.value),
  ];
  return [...new Set([...own, ...behind])].filter((it) => known?.includes(it) ?? true);
}

/** The columns that say where a row leads. */
function linkColumns(link: NonNullable<TablePanel['link']>): string[] {
  if ('run' in link) return [link.run];
  if ('dashboard' in link) return Object.values(link.with);
  const { experiment, run } = link.mlflow;
  return run === undefined ? [experiment] : [experiment, run];
}

/** A panel in the order that was asked for; what is equal stays in the author's. */
export function sortPanel<P extends Panel>(panel: P, { sorts }: Arrangement): P {
  const sort = sorts.get(panel.id);
  if (panel.kind !== 'table' || sort === undefined) return panel;
  const { [sort.column]: _, ...rest } = panel.query.order ?? {};
  const order = { [sort.column]: sort.direction, ...rest };
  return { ...panel, query: { ...panel.query, order } };
}

/** The arrangement with a table on another page. */
export function turnTo(arrangement: Arrangement, { id, kind }: Panel, page: number): Arrangement {
  const pages = new Map(arrangement.pages).set(id, page);
  // A chart's table is closed until one turns its pages; back at the first it is still being read.
  if (page === 1 && kind === 'table') pages.delete(id);
  return { ...arrangement, pages };
}

/** The arrangement with a table sorted anew, from its first page. */
export const sortBy = (arrangement: Arrangement, panel: TablePanel, sort: Sort): Arrangement => ({
  ...turnTo(arrangement, panel, 1),
  sorts: new Map(arrangement.sorts).set(panel.id, sort),
});
