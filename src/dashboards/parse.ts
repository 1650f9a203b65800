import { dirname, join } from 'node:path';
import type { Cell, ChartSpec, Dashboard, DashboardProblem, Panel } from './dashboard.ts';
import { explain } from './explain.ts';
import { locateYaml } from '../yaml.ts';
import { dashboardSchema, type DashboardFile, type PanelFile } from './schema.ts';

export interface ParseOptions {
  file: string;
  text: string;
  /** Undefined when there is no such file beside the dashboard. */
  readSpec: (name: string) => ReadSpec | undefined;
}

/** The spec of a `.vl.json` file, or what is wrong with that file. */
export type ReadSpec = { spec: ChartSpec } | { problem: DashboardProblem };

export type Parsed =
  { dashboard: Dashboard; problems: [] } | { dashboard: undefined; problems: DashboardProblem[] };

/** Reads a dashboard file; every mistake found is given with its line. */
export function parseDashboard({ file, text, readSpec }: ParseOptions): Parsed {
  const yaml = locateYaml(text);
  const problems: DashboardProblem[] = yaml.mistakes.map((it) => ({ file, ...it }));
  if (problems.length > 0) return { dashboard: undefined, problems };
  const report = (path: readonly PropertyKey[], message: string): void => {
    const where = path.length === 0 ? '' : `${path.join('.')}: `;
    problems.push({ file, line: yaml.lineOf(path), message: `${where}${message}` });
  };
  const checked = dashboardSchema.safeParse(yaml.value);
  if (!checked.success) {
    for (const { path, message } of explain(checked.error.issues, yaml.value))
      report(path, message);
    return { dashboard: undefined, problems };
  }
  const { panels, layout, annotations, ...rest } = checked.data;
  const marks = Object.entries(annotations).map(([id, it]) => ({ id, ...it }));
  const built = new Map<string, Panel>();
  for (const [id, panel] of Object.entries(panels)) {
    const line = yaml.lineOf(['panels', id, 'chart']);
    const read = (name: string): ReadSpec =>
      readSpec(name) ?? {
        problem: { file, line, message: `there is no file ${name} beside it` },
      };
    const result = toPanel(id, panel, Object.keys(annotations), read);
    if (typeof result === 'string') report(['panels', id], result);
    else if ('problem' in result) problems.push(result.problem);
    else built.set(id, result);
  }
  const rows = layout.map((row, index) => toRow(row, built, panels, ['layout', index], report));
  checkParams(checked.data, report);
  if (problems.length > 0) return { dashboard: undefined, problems };
  const named = Object.values(panels).flatMap(({ chart }) =>
    typeof chart === 'string' ? join(dirname(file), chart) : [],
  );
  const dashboard: Dashboard = {
    ...rest,
    annotations: marks,
    panels: [...built.values()],
    layout: rows,
    file,
    charts: [...new Set(named)],
  };
  return { dashboard, problems: [] };
}

type Report = (path: readonly PropertyKey[], message: string) => void;

function toPanel(
  id: string,
  panel: PanelFile,
  annotations: string[],
  readSpec: (name: string) => ReadSpec,
): Panel | { problem: DashboardProblem } | string {
  const { title, description, markdown, chart, figure, table, view, link, empty } = panel;
  const wrong = kindMistake(panel);
  if (wrong !== undefined) return wrong;
  const base = { id, title, description };
  if (markdown !== undefined) return { ...base, kind: 'markdown', markdown };
  if (view === undefined) return 'needs a view';
  if (panel.group !== undefined && panel.measures === undefined) return 'a group needs measures';
  const { where, group, measures, order, limit } = panel;
  const select = Object.entries(panel.select ?? {}).map(([param, it]) => ({
    param,
    ...(typeof it === 'string' ? { column: it, value: it } : it),
  }));
  const query = { view, where, group, measures, order, limit };
  const data = { ...base, query, link, select, empty };
  if (table !== undefined || panel.as === 'table') {
    const columns = table?.columns.map((it) => (typeof it === 'string' ? { column: it } : it));
    if (table?.params !== undefined && (link === undefined || !('run' in link))) {
      return 'a table with params needs a link to a run';
    }
    return { ...data, kind: 'table', columns, params: table?.params };
  }
  if (figure !== undefined) return { ...data, kind: 'figure', figure };
  if (panel.alt === undefined) return 'a chart needs an alt text: what would one see in it?';
  if (chart === undefined) return 'needs a chart';
  const read = typeof chart === 'string' ? readSpec(chart) : { spec: chart };
  if ('problem' in read) return read;
  const { alt, height } = panel;
  const drawn = annotationsOf(panel, annotations);
  return { ...data, kind: 'chart', spec: read.spec, alt, height, annotations: drawn };
}

/** What keeps a panel from being one thing; undefined when it is one. */
export function kindMistake({ markdown, chart, figure, table, as }: PanelFile): string | undefined {
  const shown = [markdown, chart, figure].filter((it) => it !== undefined).length;
  if (as === undefined) {
    const one = shown + (table === undefined ? 0 : 1) === 1;
    return one ? undefined : 'needs one of chart, figure, table and markdown';
  }
  if (shown === 1 && markdown === undefined) return undefined;
  return 'is shown as a table: it needs one of chart and figure';
}

/** The names of the annotations that a panel has drawn over its chart. */
const annotationsOf = ({ annotations }: PanelFile, known: string[]): string[] =>
  typeof annotations === 'boolean'
    ? known.filter(() => annotations)
    : known.filter((it) => annotations.includes(it));

function toRow(
  row: DashboardFile['layout'][number],
  built: Map<string, Panel>,
  panels: DashboardFile['panels'],
  path: PropertyKey[],
  report: Report,
): Cell[] {
  const spans = row.map((cell) => (typeof cell === 'string' ? undefined : cell.span));
  const taken = spans.reduce<number>((sum, span) => sum + (span ?? 0), 0);
  const open = spans.filter((span) => span === undefined).length;
  const share = open === 0 ? 0 : Math.floor((12 - taken) / open);
  if (taken > 12 || (open > 0 && share < 1)) report(path, 'the spans add up to more than 12');
  return row.flatMap((cell, index) => {
    const id = typeof cell === 'string' ? cell : cell.panel;
    const panel = built.get(id);
    if (panel === undefined && !(id in panels)) report([...path, index], `no panel ${id}`);
    return panel === undefined ? [] : [{ panel, span: spans[index] ?? share }];
  });
}

function checkParams({ params, panels, annotations }: DashboardFile, report: Report): void {
  const known = new Set(['source']);
  const check = (path: PropertyKey[], where: Record<string, unknown>): void => {
    for (const [column, value] of Object.entries(where)) {
      for (const one of Array.isArray(value) ? value : [value]) {
        if (typeof one === 'string' && one.startsWith('$') && !known.has(one.slice(1))) {
          report([...path, column], `no parameter ${one} here`);
        }
      }
    }
  };
  for (const [id, param] of Object.entries(params)) {
    // Options may depend on the parameters above them, which rules out circles.
    if ('options' in param) check(['params', id, 'options', 'where'], param.options.where);
    known.add(id);
  }
  for (const [id, panel] of Object.entries(panels)) {
    check(['panels', id, 'where'], panel.where);
    for (const param of Object.keys(panel.select ?? {})) {
      if (!known.has(param)) report(['panels', id, 'select', param], `no parameter ${param} here`);
    }
  }
  for (const [id, it] of Object.entries(annotations)) check(['annotations', id, 'where'], it.where);
}
