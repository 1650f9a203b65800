import type { Choices } from '../dashboards/choices.ts';
import type { Dashboard, Dashboards, Panel, RowsPanel } from '../dashboards/dashboard.ts';
import { readPanelRows, type PanelRows } from '../dashboards/rows.ts';
import type { Reader } from '../engine/engine.ts';
import { toRunlensError } from '../errors.ts';
import type { Catalog } from '../queries/view.ts';
import type { ChartRenderer } from '../render/chart.ts';
import { PAGED } from '../render/theme.ts';
import { rowLink } from './links.ts';

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
      drawings: Drawings | undefined;
      href: RowHref;
    }
  | { kind: 'markdown'; text: string }
  | { kind: 'error'; message: string; hint: string };

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
}

/** The page's measures, in pixels; styles.css has the same. */
const CONTENT = 1240;
const GAP = 16;
const PADDING = 42;
const NARROW = 324;

/** How wide a panel of some twelfths draws on a wide page. */
const drawingWidth = (span: number): number =>
  Math.floor(((CONTENT + GAP) * span) / 12 - GAP - PADDING);

/** Reads and draws each panel of a dashboard, row by row. A panel that fails says so in its place. */
export async function viewPanels(options: PanelViewOptions): Promise<PanelView[][]> {
  const rows: PanelView[][] = [];
  for (const cells of options.dashboard.layout) {
    const row: PanelView[] = [];
    for (const { panel, span } of cells) {
      const title = options.choices.fill(panel.title);
      row.push({ panel, title, span, content: await viewPanel(panel, span, options) });
    }
    rows.push(row);
  }
  return rows;
}

async function viewPanel(
  panel: Panel,
  span: number,
  { dashboards, choices, catalog, reader, renderer, linked = true }: PanelViewOptions,
): Promise<PanelContent> {
  if (panel.kind === 'markdown') return { kind: 'markdown', text: choices.fill(panel.markdown) };
  try {
    const rows = await readPanelRows(panel, { choices, catalog, reader });
    const target = panel.link && 'dashboard' in panel.link ? panel.link.dashboard : '';
    const href = linked ? rowLink(panel, rows.columns, choices, dashboards.get(target)) : undefined;
    if (panel.kind !== 'chart' || rows.rows.length === 0) {
      return { kind: 'rows', panel, rows, drawings: undefined, href };
    }
    const alt = choices.fill(panel.alt);
    const chart = { ...rows, spec: panel.spec, palette: PAGED, alt, href, height: panel.height };
    const width = drawingWidth(span);
    const drawings = {
      wide: await renderer.svg({ ...chart, width }),
      narrow: await renderer.svg({ ...chart, width: NARROW }),
      alt,
      vega: linked ? undefined : renderer.vega({ ...chart, width }),
    };
    return { kind: 'rows', panel, rows, drawings, href };
  } catch (error) {
    const { message, hint } = toRunlensError(error);
    return { kind: 'error', message, hint };
  }
}
