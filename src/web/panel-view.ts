import { readAnnotations, type AnnotationMarks } from '../dashboards/annotations.ts';
import {
  arranged,
  arranges,
  AS_WRITTEN,
  sortPanel,
  turnTo,
  type Arrangement,
} from '../dashboards/arrangement.ts';
import type { Choices } from '../dashboards/choices.ts';
import type {
  Cell,
  ChartPanel,
  Dashboard,
  Dashboards,
  Panel,
  RowsPanel,
  TablePanel,
} from '../dashboards/dashboard.ts';
import { addDifferingParams } from '../dashboards/run-params.ts';
import { readPanelRows, type PanelRows } from '../dashboards/rows.ts';
import type { Reader, Value } from '../engine/engine.ts';
import { toRunlensError } from '../errors.ts';
import type { Catalog } from '../queries/view.ts';
import type { ChartInput, ChartRenderer } from '../render/chart.ts';
import { clickableScales } from '../render/clickable.ts';
import { PAGED } from '../render/theme.ts';
import { dashboardPath, rowLink, type LinkTargets } from './links.ts';
import { NARROW, pageChart, type PageChart } from './page-chart.ts';
import { panelSelection } from './panel-selection.ts';
import { isChosen, type Selection } from './selection.ts';
import { tableView, type TableView } from './table-view.ts';

/** One panel, read and drawn, ready to be put into a page. */
export interface PanelView {
  panel: Panel;
  title: string;
  span: number;
  content: PanelContent;
}

export type PanelContent =
  | {
      kind: 'rows';
      panel: RowsPanel;
      rows: PanelRows;
      /** What a table shows of them; undefined for other panels. */
      table: TableView | undefined;
      /** The pages of a table, or of the text table under a chart. */
      paging: Paging | undefined;
      drawings: Drawings | undefined;
      /** What is marked over the chart, with the marks that are in it. */
      annotations: AnnotationMarks[];
      href: RowHref;
      /** What a click on its values does. */
      selection: Selection | undefined;
    }
  | { kind: 'markdown'; text: string }
  | { kind: 'error'; message: string; hint: string };

/** Where a table stands among its pages, and the addresses beside it. */
export interface Paging {
  page: number;
  /** Rows of a page. */
  size: number;
  /** Whether the address names the page. */
  asked: boolean;
  previous: string | undefined;
  next: string | undefined;
}

/** Rows of a page of the text table under a chart. */
const TEXT_ROWS = 100;

type RowHref = ReturnType<typeof rowLink>;

/** The same chart for a wide page and for a phone; the styles show one of them. */
export interface Drawings {
  wide: string;
  narrow: string;
  alt: string;
  /** What the page's script draws, where no service can be asked for it. */
  vega: PageChart | undefined;
  /** By scale, the column whose values its axis or legend names: a click on them chooses. */
  scales: Record<string, string>;
}

export interface PanelViewOptions {
  dashboard: Dashboard;
  dashboards: Dashboards;
  choices: Choices;
  catalog: Catalog;
  reader: Reader;
  renderer: ChartRenderer;
  /** Whether rows lead to other pages; a file on its own has none. */
  linked?: boolean;
  arrangement?: Arrangement;
  pageUrl?: LinkTargets['pageUrl'];
}

/** The page's measures, in pixels; styles/ has the same. */
const CONTENT = 1240;
const GAP = 16;
const PADDING = 42;

/** A chart that has the window is drawn in these; the page's script takes the window's own. */
const WHOLE = { width: 1400, height: 760 };

/** How wide a panel of some twelfths draws on a wide page. */
export const drawingWidth = (span: number): number =>
  Math.floor(((CONTENT + GAP) * span) / 12 - GAP - PADDING);

/**
 * Reads and draws each panel of a dashboard. Reads follow one another, as a snapshot's must; a chart is
 * drawn while the engine reads for the next panel. A panel that fails says so in its place.
 */
export async function viewPanels(options: PanelViewOptions): Promise<PanelView[][]> {
  const annotations = await readAnnotations(options.dashboard, options);
  const drawn: Promise<PanelView>[][] = [];
  for (const cells of shownCells(options)) {
    const row: Promise<PanelView>[] = [];
    drawn.push(row);
    for (const { panel, span } of cells) {
      const title = options.choices.fill(panel.title);
      const content = await settle(() => readPanel(panel, options));
      const turn = new Promise((next) => setImmediate(next));
      const whole = turn.then(() => settle(() => drawPanel(content, span, annotations, options)));
      row.push(whole.then((content) => ({ panel, title, span, content })));
    }
  }
  return Promise.all(drawn.map((row) => Promise.all(row)));
}

/** A panel that has the whole window is shown alone. */
function shownCells({ dashboard, arrangement = AS_WRITTEN }: PanelViewOptions): Cell[][] {
  const { panels, layout } = dashboard;
  const alone = panels.find((it) => it.id === arrangement.panel);
  return alone === undefined ? layout : [[{ panel: alone, span: 12 }]];
}

async function settle(make: () => Promise<PanelContent>): Promise<PanelContent> {
  try {
    return await make();
  } catch (error) {
    const { message, hint } = toRunlensError(error);
    return { kind: 'error', message, hint };
  }
}

async function readPanel(written: Panel, options: PanelViewOptions): Promise<PanelContent> {
  const { dashboard, dashboards, choices, catalog, reader, linked = true } = options;
  const { arrangement = AS_WRITTEN } = options;
  const panel = sortPanel(written, arrangement);
  // A chart draws all of its rows; only its text table has pages.
  const page = panel.kind === 'table' ? (arrangement.pages.get(panel.id) ?? 1) : 1;
  if (panel.kind === 'markdown') return { kind: 'markdown', text: choices.fill(panel.markdown) };
  const rows = await readPanelRows(panel, { choices, catalog, reader, page });
  const targets = { dashboards, pageUrl: options.pageUrl ?? (() => undefined) };
  const href = linked ? rowLink(panel, rows.columns, choices, targets) : undefined;
  const address = {
    path: dashboardPath(dashboard.id, new URLSearchParams()),
    // Other rows begin at the first page.
    query: arranged(choices.query(), { ...arrangement, pages: new Map() }),
  };
  const selection = linked ? panelSelection(panel, rows, choices, address) : undefined;
  const none = { table: undefined, paging: undefined, drawings: undefined, annotations: [] };
  const read = { kind: 'rows' as const, panel, rows, ...none, href, selection };
  if (panel.kind !== 'table') return read;
  const widened = await addDifferingParams(titled(panel, choices), rows, { catalog, reader });
  return {
    ...read,
    rows: widened.rows,
    table: tableView(panel, widened, options),
    paging: linked
      ? pagingOf(panel, { page, size: panel.query.limit, more: rows.truncated }, options)
      : undefined,
  };
}

/** A table whose own headings say what is chosen; those of params are names, braces and all. */
const titled = (panel: TablePanel, choices: Choices): TablePanel => ({
  ...panel,
  columns: panel.columns?.map(({ title, ...it }) =>
    title === undefined ? it : { ...it, title: choices.fill(title) },
  ),
});

async function drawPanel(
  content: PanelContent,
  span: number,
  marked: readonly AnnotationMarks[],
  options: PanelViewOptions,
): Promise<PanelContent> {
  const { choices, renderer, linked = true, arrangement = AS_WRITTEN } = options;
  if (content.kind !== 'rows' || content.panel.kind !== 'chart') return content;
  const { panel, rows, href, selection } = content;
  if (rows.rows.length === 0) return content;
  const whole = arrangement.panel === panel.id;
  const size = whole ? WHOLE : { width: drawingWidth(span), height: panel.height };
  const annotations = marked.filter((it) => panel.annotations.includes(it.id));
  const context = { choices, href, selection, annotations };
  const chart = { ...chartInput(panel, rows, context), ...size };
  const wide = await renderer.draw(chart);
  const drawings = {
    wide: wide.svg,
    narrow: await renderer.svg({ ...chart, width: NARROW }),
    alt: wide.alt,
    vega: linked ? undefined : pageChart(renderer, chart),
    scales: clickableScales(panel.spec, selectedColumns(selection)),
  };
  const paging = linked ? textPaging(panel, rows.rows.length, options) : undefined;
  return { ...content, drawings, annotations: wide.annotations, paging };
}

const selectedColumns = (selection: Selection | undefined): string[] =>
  selection?.picks.map((it) => it.column) ?? [];

export interface ChartContext {
  choices: Choices;
  href: RowHref;
  selection: Selection | undefined;
  annotations: readonly AnnotationMarks[];
}

/** A panel's chart as a page shows it, but for its size. */
export function chartInput(
  { spec, alt }: ChartPanel,
  { columns, rows }: PanelRows,
  { choices, href, selection, annotations }: ChartContext,
): Omit<ChartInput, 'width' | 'height'> {
  const chosen =
    selection === undefined
      ? undefined
      : (row: Value[]) =>
          isChosen(selection, (name) => row[columns.findIndex((it) => it.name === name)]);
  const select = selectedColumns(selection);
  const drawn = { spec, columns, rows, palette: PAGED, alt: choices.fill(alt), annotations };
  return { ...drawn, values: choices.values(), href, select, chosen };
}

/** The pages of a chart's text table; a page beyond the last is the last. */
function textPaging(panel: Panel, count: number, options: PanelViewOptions): Paging | undefined {
  const { arrangement = AS_WRITTEN } = options;
  const last = Math.ceil(count / TEXT_ROWS);
  const page = Math.min(arrangement.pages.get(panel.id) ?? 1, last);
  return pagingOf(panel, { page, size: TEXT_ROWS, more: page < last }, options);
}

function pagingOf(
  panel: Panel,
  { page, size, more }: Pick<Paging, 'page' | 'size'> & { more: boolean },
  { dashboard, choices, arrangement = AS_WRITTEN }: PanelViewOptions,
): Paging | undefined {
  if ((page === 1 && !more) || !arranges(dashboard, 'page')) return undefined;
  const to = (number: number): string => {
    const query = arranged(choices.query(), turnTo(arrangement, panel, number));
    return `${dashboardPath(dashboard.id, query)}#${panel.id}`;
  };
  return {
    page,
    size,
    asked: arrangement.pages.has(panel.id),
    previous: page > 1 ? to(page - 1) : undefined,
    next: more ? to(page + 1) : undefined,
  };
}
