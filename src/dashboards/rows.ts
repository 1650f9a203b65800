import type { Column, Reader, Rows, Value } from '../engine/engine.ts';
import { RunlensError } from '../errors.ts';
import { quoteIdentifier, select, type BoundSql, type Condition } from '../queries/select.ts';
import type { Catalog, View } from '../queries/view.ts';
import type { Choices } from './choices.ts';
import type { PanelQuery, RowsPanel } from './dashboard.ts';
import { parseMeasure, type Order, type Where } from './schema.ts';

/** What a column of a panel is, for headings and units. */
export interface PanelColumn extends Column {
  description: string;
}

export interface PanelRows {
  columns: PanelColumn[];
  rows: Value[][];
  /** True when the panel's limit cut the rows. */
  truncated: boolean;
  /** A figure's rows of the period before, when it compares. */
  previous: Value[][] | undefined;
}

export interface PanelContext {
  catalog: Catalog;
  choices: Choices;
}

/**
 * A panel's statement: conditions inside, the grouping around them, so that the engine adds up and
 * a chart is given some hundred rows whatever the number of runs.
 * @throws RunlensError BAD_DASHBOARD for a view that is not there
 */
export function panelQuery(
  panel: RowsPanel,
  { catalog, choices }: PanelContext,
  period: 'current' | 'previous' = 'current',
): BoundSql {
  const { query, id } = panel;
  const view = catalog.get(query.view);
  if (view === undefined) {
    throw new RunlensError('BAD_DASHBOARD', `panel ${id}: there is no view ${query.view}`);
  }
  const where = viewConditions(view, query.where, choices, period);
  if (query.measures === undefined) {
    return select(view, { where, orderBy: orderBy(wholeOrder(panel, view)) });
  }
  return grouped(view, { ...query, order: wholeOrder(panel, view) }, query.measures, where);
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

/** Pages of a table may not share a row or leave one out: what is equal is ordered by what it is. */
function wholeOrder({ kind, query, link }: RowsPanel, view: View): Order {
  if (kind !== 'table') return query.order ?? {};
  const keys = query.group ?? (link !== undefined && 'run' in link ? ['source', link.run] : []);
  const known = keys.filter((key) => view.columns.some((it) => it.name === key));
  const ties = known.map((key): [string, 'asc'] => [key, 'asc']);
  const order = query.order ?? {};
  return { ...order, ...Object.fromEntries(ties.filter(([key]) => !(key in order))) };
}

const orderBy = (order: Order = {}): { column: string; direction: 'asc' | 'desc' }[] =>
  Object.entries(order).map(([column, direction]) => ({ column, direction }));

function grouped(
  view: View,
  { group = [], order = {} }: PanelQuery,
  measures: Record<string, string>,
  where: Condition[],
): BoundSql {
  const parsed = Object.entries(measures).map(([name, text]) => ({ name, ...parseMeasure(text) }));
  const used = new Set([...group, ...parsed.flatMap((it) => it.column ?? [])]);
  // count() needs no column of its own, and a statement needs one.
  const columns = used.size > 0 ? [...used] : [view.columns[0]?.name ?? ''];
  const inner = select(view, { columns, where });
  const groupNames = group.map(quoteIdentifier);
  const fields = [
    ...groupNames,
    ...parsed.map((it) => `${aggregate(it)} as ${quoteIdentifier(it.name)}`),
  ];
  const keys = orderBy(order).map(
    ({ column, direction }) => `${quoteIdentifier(column)} ${direction} nulls last`,
  );
  const sql = [
    `select ${fields.join(', ')} from (${inner.sql}) as panel_rows`,
    groupNames.length > 0 ? `group by ${groupNames.join(', ')}` : '',
    keys.length > 0 ? `order by ${keys.join(', ')}` : '',
  ];
  return { sql: sql.filter((it) => it !== '').join(' '), values: inner.values };
}

function aggregate({ fn, column }: { fn: string; column: string | undefined }): string {
  const field = column === undefined ? '*' : quoteIdentifier(column);
  if (fn === 'count_distinct') return `count(distinct ${field})`;
  if (fn === 'median') return `approx_percentile(${field}, 0.5)`;
  return `${fn}(${field})`;
}

export interface ReadRowsOptions extends PanelContext {
  reader: Reader;
  /** From 1; each has as many rows as the panel's limit. */
  page?: number;
  signal?: AbortSignal;
}

/** Reads a panel's rows, up to its limit. */
export async function readPanelRows(
  panel: RowsPanel,
  { reader, page = 1, signal, ...context }: ReadRowsOptions,
): Promise<PanelRows> {
  const read = ({ sql, values }: BoundSql): Promise<Rows> =>
    reader.query(sql, values, {
      maxRows: panel.query.limit,
      ...(signal === undefined ? {} : { signal }),
    });
  const { columns, rows, truncated } = await read(
    turned(panelQuery(panel, context), panel.query.limit, page),
  );
  const compares =
    panel.kind === 'figure' && panel.figure.compare === 'previous' && !openEnded(context.choices);
  const previous = compares ? (await read(panelQuery(panel, context, 'previous'))).rows : undefined;
  const described = columns.map((it) => ({
    ...it,
    description: describe(it.name, panel, context),
  }));
  return { columns: described, rows, truncated, previous };
}

/** The rows of a page, and one more when there is another page. */
function turned({ sql, values }: BoundSql, limit: number, page: number): BoundSql {
  if (page === 1) return { sql, values };
  const bound = [...values, BigInt(limit + 1), BigInt(limit * (page - 1))];
  return { sql: `${sql} limit $${bound.length - 1} offset $${bound.length}`, values: bound };
}

/** Without a beginning there is no period before it. */
const openEnded = (choices: Choices): boolean =>
  choices.list.every((it) => it.param.type !== 'daterange' || it.raw[0] === 'all');

function describe(name: string, { query }: RowsPanel, { catalog }: PanelContext): string {
  const text = query.measures?.[name];
  const column = text === undefined ? name : parseMeasure(text).column;
  const columns = catalog.get(query.view)?.columns ?? [];
  return columns.find((it) => it.name === column)?.description ?? '';
}
