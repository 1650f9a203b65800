import { readAnnotations, type AnnotationMarks } from '../dashboards/annotations.ts';
import type { Choices } from '../dashboards/choices.ts';
import type { Dashboard, Dashboards, Panel, RowsPanel } from '../dashboards/dashboard.ts';
import { turnTo, type Pages } from '../dashboards/pages.ts';
import { addDifferingParams } from '../dashboards/run-params.ts';
import type { TableColumn } from '../dashboards/schema.ts';
import { readPanelRows, type PanelRows } from '../dashboards/rows.ts';
import type { Reader } from '../engine/engine.ts';
import { toRunlensError } from '../errors.ts';
import type { Catalog } from '../queries/view.ts';
import type { ChartRenderer } from '../render/chart.ts';
import { PAGED } from '../render/theme.ts';
import { dashboardPath, rowLink, type LinkTargets } from './links.ts';

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
      /** What a table shows of them. */
      columns: TableColumn[];
      paging: Paging | undefined;
      drawings: Drawings | undefined;
      /** What is marked over the chart. */
      annotations: AnnotationMarks[];
      href: RowHref;
    }
  | { kind: 'markdown'; text: string }
  | { kind: 'error'; message: string; hint: string };

/** Where a table stands among its pages, and the addresses beside it. */
export interface Paging {
  page: number;
  previous: string | undefined;
  next: string | undefined;
}

type RowHref = ReturnType<typeof rowLink>;

/** The same chart for a wide page and for a phone; the styles show one of them. */
export interface Drawings {
  wide: string;
  narrow: string;
  alt: string;
  /** What the page's script draws, where no service can be asked for it. */
  vega: ReturnType<ChartRenderer['vega']> | undefined;
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
  pages?: Pages;
  pageUrl?: LinkTargets['pageUrl'];
}

/** The page's measures, in pixels; styles.css has the same. */
const CONTENT = 1240;
const GAP = 16;
const PADDING = 42;
export const NARROW = 324;

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
  for (const cells of options.dashboard.layout) {
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

async function settle(make: () => Promise<PanelContent>): Promise<PanelContent> {
  try {
    return await make();
  } catch (error) {
    const { message, hint } = toRunlensError(error);
    return { kind: 'error', message, hint };
  }
}

async function readPanel(panel: Panel, options: PanelViewOptions): Promise<PanelContent> {
  const { dashboards, choices, catalog, reader, linked = true } = options;
  const page = options.pages?.get(panel.id) ?? 1;
  if (panel.kind === 'markdown') return { kind: 'markdown', text: choices.fill(panel.markdown) };
  const rows = await readPanelRows(panel, { choices, catalog, reader, page });
  const targets = { dashboards, pageUrl: options.pageUrl ?? (() => undefined) };
  const href = linked ? rowLink(panel, rows.columns, choices, targets) : undefined;
  const read = { kind: 'rows' as const, panel, rows, drawings: undefined, annotations: [], href };
  if (panel.kind !== 'table') return { ...read, columns: [], paging: undefined };
  const table = await addDifferingParams(panel, rows, { catalog, reader });
  const paging = linked ? pagingOf(panel, page, rows.truncated, options) : undefined;
  return { ...read, ...table, paging };
}

async function drawPanel(
  content: PanelContent,
  span: number,
  marked: readonly AnnotationMarks[],
  { choices, renderer, linked = true }: PanelViewOptions,
): Promise<PanelContent> {
  if (content.kind !== 'rows' || content.panel.kind !== 'chart') return content;
  const { panel, rows, href } = content;
  if (rows.rows.length === 0) return content;
  const chart = {
    ...rows,
    spec: panel.spec,
    palette: PAGED,
    alt: choices.fill(panel.alt),
    href,
    width: drawingWidth(span),
    height: panel.height,
    annotations: marked.filter((it) => panel.annotations.includes(it.id)),
  };
  const drawings = {
    wide: await renderer.svg(chart),
    narrow: await renderer.svg({ ...chart, width: NARROW }),
    alt: renderer.alt(chart),
    vega: linked ? undefined : renderer.vega(chart),
  };
  const annotations = renderer.annotates(chart)
    ? chart.annotations
    : chart.annotations.filter((it) => it.error !== undefined);
  return { ...content, drawings, annotations };
}

function pagingOf(
  { id }: Panel,
  page: number,
  more: boolean,
  { dashboard, choices, pages = new Map() }: PanelViewOptions,
): Paging | undefined {
  if ((page === 1 && !more) || 'page' in dashboard.params) return undefined;
  const to = (number: number): string =>
    `${dashboardPath(dashboard.id, turnTo(choices.query(), pages, id, number))}#${id}`;
  return {
    page,
    previous: page > 1 ? to(page - 1) : undefined,
    next: more ? to(page + 1) : undefined,
  };
}
