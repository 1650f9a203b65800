import type { Column, Reader, Rows, Value } from '../engine/engine.ts';
import type { BoundSql } from '../queries/select.ts';
import type { Choices } from './choices.ts';
import type { FigurePanel, PanelQuery, RowsPanel } from './dashboard.ts';
import { panelQuery, periodsQuery, type PanelContext } from './panel-query.ts';
import { parseMeasure } from './expressions.ts';

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
  const read: Read = ({ sql, values }, maxRows = panel.query.limit) =>
    reader.query(sql, values, {
      maxRows,
      ...(signal === undefined ? {} : { signal }),
    });
  const found = compares(panel, context.choices)
    ? await readPeriods(panel, context, read)
    : await read(turned(panelQuery(panel, context), panel.query, page));
  const columns = found.columns.map((it) => ({
    ...it,
    description: describe(it.name, panel, context),
  }));
  return { previous: undefined, ...found, columns };
}

type Read = (statement: BoundSql, maxRows?: number) => Promise<Rows>;

const compares = (panel: RowsPanel, choices: Choices): panel is FigurePanel =>
  panel.kind === 'figure' && panel.figure.compare === 'previous' && !openEnded(choices);

async function readPeriods(
  panel: FigurePanel,
  context: PanelContext,
  read: Read,
): Promise<Rows & { previous: Value[][] }> {
  const both = periodsQuery(panel, context);
  if (both === undefined) {
    const { rows: previous } = await read(panelQuery(panel, context, 'previous'));
    return { ...(await read(panelQuery(panel, context))), previous };
  }
  const { columns, rows } = await read(both, 2);
  // What an engine gives when it adds up nothing.
  const none = Object.values(panel.query.measures ?? {}).map((text): Value => {
    return parseMeasure(text).fn.startsWith('count') ? 0n : null;
  });
  const period = (previous: boolean): Value[][] => {
    const [, ...measures] = rows.find(([is]) => is === previous) ?? [null, ...none];
    return [measures];
  };
  return {
    columns: columns.slice(1),
    rows: period(false),
    truncated: false,
    previous: period(true),
  };
}

/** The rows of a page, and one more when there is another page: an engine need not sort the others. */
function turned({ sql, values }: BoundSql, query: PanelQuery, page: number): BoundSql {
  // One row in all. A bound value has the engine plan twice, which takes longer than a small sum.
  const { measures, group = [], limit } = query;
  if (measures !== undefined && group.length === 0 && page === 1) return { sql, values };
  const bound = [...values, BigInt(limit + 1), BigInt(limit * (page - 1))];
  return { sql: `${sql} limit $${bound.length - 1} offset $${bound.length}`, values: bound };
}

/** Without a beginning there is no period before it. */
const openEnded = (choices: Choices): boolean =>
  choices.list.every((it) => it.param.type !== 'daterange' || it.raw[0] === 'all');

function describe(name: string, { query }: RowsPanel, { catalog }: PanelContext): string {
  const text = query.measures?.[name];
  const [column] = text === undefined ? [name] : parseMeasure(text).columns;
  const columns = catalog.get(query.view)?.columns ?? [];
  return columns.find((it) => it.name === column)?.description ?? '';
}
