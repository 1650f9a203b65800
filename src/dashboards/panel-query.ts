import { RunlensError } from '../errors.ts';
import { quoteIdentifier, select, type BoundSql, type Condition } from '../queries/select.ts';
import type { Catalog, View } from '../queries/view.ts';
import type { Choices } from './choices.ts';
import type { FigurePanel, PanelQuery, RowsPanel } from './dashboard.ts';
import { parseMeasure } from './expressions.ts';
import type { Order, Where } from './schema.ts';

export interface PanelContext {
  catalog: Catalog;
  choices: Choices;
  /** Default: every column of the rows. */
  columns?: readonly string[] | undefined;
}

/**
 * A panel's statement: conditions inside, the grouping around them, so that the engine adds up and
 * a chart is given some hundred rows whatever the number of runs.
 * @throws RunlensError BAD_DASHBOARD for a view that is not there
 */
export function panelQuery(
  panel: RowsPanel,
  { catalog, choices, columns }: PanelContext,
  period: 'current' | 'previous' = 'current',
): BoundSql {
  const { query } = panel;
  const view = viewOf(panel, catalog);
  const where = viewConditions(view, query.where, choices, period);
  const order = wholeOrder(panel, view);
  if (query.measures === undefined) {
    const shown = columns === undefined ? {} : { columns };
    return select(view, { where, orderBy: orderBy(order), ...shown });
  }
  const { measures } = query;
  return grouped(view, { ...query, order }, { measures, where, shown: columns });
}

/**
 * A figure of two periods as one statement, since one scan costs half of two: `is_previous`, then the
 * measures; a period without rows is missing. Undefined where the periods differ in more than one time.
 */
export function periodsQuery(
  panel: FigurePanel,
  { catalog, choices }: PanelContext,
): BoundSql | undefined {
  const { measures, group = [] } = panel.query;
  if (measures === undefined || group.length > 0) return undefined;
  const view = viewOf(panel, catalog);
  const current = viewConditions(view, panel.query.where, choices);
  const previous = viewConditions(view, panel.query.where, choices, 'previous');
  const [from, to, ...others] = current.filter((it, at) => !sameTime(it, previous[at]));
  if (from?.op !== '>=' || to?.op !== '<' || others.length > 0) return undefined;
  if (from.column !== to.column || !(from.value instanceof Date)) return undefined;
  const where = current.map((it, at) => (it === from ? (previous[at] ?? it) : it));
  const periods = { column: from.column, from: from.value };
  return grouped(view, panel.query, { measures, where, periods });
}

const sameTime = (a: Condition, b: Condition | undefined): boolean =>
  a.value === b?.value ||
  !(a.value instanceof Date && b?.value instanceof Date) ||
  a.value.getTime() === b.value.getTime();

function viewOf({ id, query }: RowsPanel, catalog: Catalog): View {
  const view = catalog.get(query.view);
  if (view !== undefined) return view;
  throw new RunlensError('BAD_DASHBOARD', `panel ${id}: there is no view ${query.view}`);
}

/** Conditions on a view: its own, and the tracking server that is chosen when it has several. */
export function viewConditions(
  view: View,
  where: Where,
  choices: Choices,
  period: 'current' | 'previous' = 'current',
): Condition[] {
  const own = choices.conditions(where, period);
  if ('source' in where || view.columns.every((it) => it.name !== 'source')) return own;
  return [...own, ...choices.conditions({ source: '$source' }, period)];
}

/**
 * Pages of a table may not share a row or leave one out, nor may what is shown twice come in another order:
 * rows that are equal in what they are ordered by are ordered by what else they are.
 */
function wholeOrder({ kind, query }: RowsPanel, view: View): Order {
  const { group, order = {} } = query;
  // A chart draws all of its rows: of many, that would be sorted for nothing.
  const keys = group ?? (kind === 'table' ? view.columns.map((it) => it.name) : []);
  const ties = keys.filter((key) => !(key in order)).map((key) => [key, 'asc'] as const);
  return { ...order, ...Object.fromEntries(ties) };
}

const orderBy = (order: Order = {}): { column: string; direction: 'asc' | 'desc' }[] =>
  Object.entries(order).map(([column, direction]) => ({ column, direction }));

interface Grouping {
  measures: Record<string, string>;
  where: Condition[];
  /** Of the groups and measures; all by default. */
  shown?: readonly string[] | undefined;
  periods?: { column: string; from: Date };
}

function grouped(
  view: View,
  { group = [], order = {} }: PanelQuery,
  { measures, where, shown, periods }: Grouping,
): BoundSql {
  const parsed = Object.entries(measures).map(([name, text]) => ({ name, ...parseMeasure(text) }));
  const used = new Set([...group, ...parsed.flatMap((it) => it.columns)]);
  if (periods !== undefined) used.add(periods.column);
  // count() needs no column of its own, and a statement needs one.
  const columns = used.size > 0 ? [...used] : [view.columns[0]?.name ?? ''];
  const inner = select(view, { columns, where });
  const values = periods === undefined ? inner.values : [...inner.values, periods.from];
  const split = periods && `${quoteIdentifier(periods.column)} < $${values.length}`;
  const groupNames = split === undefined ? group.map(quoteIdentifier) : ['is_previous'];
  const given = new Map([
    ...(split === undefined
      ? group.map((it): [string, string] => [it, quoteIdentifier(it)])
      : [['is_previous', `${split} as is_previous`] as const]),
    ...parsed.map((it): [string, string] => [
      it.name,
      `${aggregate(it)} as ${quoteIdentifier(it.name)}`,
    ]),
  ]);
  const fields = shown?.flatMap((it) => given.get(it) ?? []) ?? [...given.values()];
  const keys = orderBy(order).map(
    ({ column, direction }) => `${quoteIdentifier(column)} ${direction} nulls last`,
  );
  const sql = [
    `select ${fields.join(', ')} from (${inner.sql}) as panel_rows`,
    groupNames.length > 0 ? `group by ${groupNames.join(', ')}` : '',
    keys.length > 0 ? `order by ${keys.join(', ')}` : '',
  ];
  return { sql: sql.filter((it) => it !== '').join(' '), values };
}

function aggregate({ fn, columns }: { fn: string; columns: readonly string[] }): string {
  const fields = columns.map(quoteIdentifier);
  const field = fields.join(', ') || '*';
  if (fields.length > 1) {
    // A row of nulls is no null: as of one column, what lacks a value is not counted.
    const known = fields.map((it) => `${it} is not null`).join(' and ');
    return `count(distinct case when ${known} then row(${field}) end)`;
  }
  if (fn === 'count_distinct') return `count(distinct ${field})`;
  if (fn === 'median') return `approx_percentile(${field}, 0.5)`;
  return `${fn}(${field})`;
}
