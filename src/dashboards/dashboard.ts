import type {
  AnnotationFile,
  Figure,
  Order,
  Param,
  PanelLink,
  TableColumn,
  Where,
} from './schema.ts';

/** A Vega-Lite spec as its author wrote it: without data, size and theme. */
export type ChartSpec = Readonly<Record<string, unknown>>;

interface PanelBase {
  id: string;
  /** `{param}` stands for what is chosen. */
  title: string;
  description: string | undefined;
}

/** What is marked on the charts of a dashboard: each row of a view is a moment or a span. */
export interface Annotation extends AnnotationFile {
  id: string;
}

/** Which rows a panel shows. */
export interface PanelQuery {
  view: string;
  where: Where;
  group: string[] | undefined;
  measures: Record<string, string> | undefined;
  order: Order | undefined;
  limit: number;
}

/** A parameter that a click on a panel's values chooses. */
export interface PanelSelect {
  param: string;
  /** The column that shows it. */
  column: string;
  /** The column that holds what is chosen. */
  value: string;
}

interface DataPanel extends PanelBase {
  query: PanelQuery;
  link: PanelLink | undefined;
  select: PanelSelect[];
  empty: string | undefined;
}

export interface ChartPanel extends DataPanel {
  kind: 'chart';
  spec: ChartSpec;
  alt: string;
  height: number;
  /** Names of those drawn over it when it has an axis of time. */
  annotations: string[];
}

export interface FigurePanel extends DataPanel {
  kind: 'figure';
  figure: Figure;
}

export interface TablePanel extends DataPanel {
  kind: 'table';
  /** Undefined shows every column of the rows. */
  columns: TableColumn[] | undefined;
  /** Adds a column for each param in which the runs shown differ. */
  params: 'differing' | undefined;
}

interface MarkdownPanel extends PanelBase {
  kind: 'markdown';
  markdown: string;
}

export type RowsPanel = ChartPanel | FigurePanel | TablePanel;
export type Panel = RowsPanel | MarkdownPanel;

export interface Cell {
  panel: Panel;
  /** Twelfths of the page's width. */
  span: number;
}

export interface Dashboard {
  id: string;
  title: string;
  description: string;
  position: number;
  sources: 'all' | 'one';
  params: Record<string, Param>;
  annotations: Annotation[];
  panels: Panel[];
  layout: Cell[][];
  /** Where it was read from, for messages. */
  file: string;
  /** The `.vl.json` files that it draws from, by their paths. */
  charts: string[];
}

/** A mistake in a dashboard file, where an editor can jump to it. Lines count from 1. */
export interface DashboardProblem {
  file: string;
  line: number;
  message: string;
}

/** The dashboards being served. The holder stays, what it holds may be replaced. */
export interface Dashboards {
  list(): readonly Dashboard[];
  get(id: string): Dashboard | undefined;
  problems(): readonly DashboardProblem[];
}
