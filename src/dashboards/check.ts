import type { Catalog } from '../queries/view.ts';
import type { ChartPanel, Dashboard, DashboardProblem, Panel, RowsPanel } from './dashboard.ts';
import { locateYaml } from './lines.ts';
import { parseConditionKey, parseMeasure, type Where } from './schema.ts';

export interface CheckOptions {
  dashboard: Dashboard;
  /** The file's text, for line numbers. */
  text: string;
  catalog: Catalog;
  /** Throws when a chart does not compile. */
  compile: (panel: ChartPanel) => void;
}

export interface DashboardFinding extends DashboardProblem {
  severity: 'error' | 'warning';
}

/**
 * What a dashboard that parses may still have wrong: views, columns and fields that are not there,
 * parameters that nothing uses, charts that do not compile.
 */
export function checkDashboard({
  dashboard,
  text,
  catalog,
  compile,
}: CheckOptions): DashboardFinding[] {
  const findings: DashboardFinding[] = [];
  const yaml = locateYaml(text);
  const report = (
    path: string[],
    message: string,
    severity: 'error' | 'warning' = 'error',
  ): void => {
    const line = yaml.lineOf(path);
    findings.push({
      file: dashboard.file,
      line,
      message: `${path.join('.')}: ${message}`,
      severity,
    });
  };
  const columnsOf = (view: string): string[] | undefined =>
    catalog.get(view)?.columns.map((it) => it.name);
  const need = (path: string[], known: readonly string[], wanted: readonly string[]): void => {
    for (const name of new Set(wanted)) {
      if (!known.includes(name)) report(path, `no column ${name}; there are ${known.join(', ')}`);
    }
  };

  for (const [name, param] of Object.entries(dashboard.params)) {
    if (!isUsed(name, dashboard))
      report(['params', name], 'nothing uses this parameter', 'warning');
    if (!('options' in param)) continue;
    const { view, value, label = value, where, order = {} } = param.options;
    const path = ['params', name, 'options'];
    const columns = columnsOf(view);
    if (columns === undefined) report([...path, 'view'], `there is no view ${view}`);
    else need(path, columns, [value, label, ...conditionColumns(where), ...Object.keys(order)]);
  }
  for (const panel of dashboard.panels) {
    const path = ['panels', panel.id];
    if (dashboard.layout.flat().every((it) => it.panel !== panel)) {
      report(path, 'the layout does not show this panel', 'warning');
    }
    if (panel.kind === 'markdown') continue;
    const { view, where, group = [], measures = {}, order = {} } = panel.query;
    const columns = columnsOf(view);
    if (columns === undefined) {
      report([...path, 'view'], `there is no view ${view}`);
      continue;
    }
    need([...path, 'where'], columns, conditionColumns(where));
    need([...path, 'group'], columns, group);
    const measured = Object.values(measures).flatMap((it) => parseMeasure(it).column ?? []);
    need([...path, 'measures'], columns, measured);
    const given =
      panel.query.measures === undefined ? columns : [...group, ...Object.keys(measures)];
    need([...path, 'order'], given, Object.keys(order));
    need([...path, panel.kind], given, shownColumns(panel));
    if (panel.link !== undefined) {
      const used = 'run' in panel.link ? [panel.link.run] : Object.values(panel.link.with);
      need([...path, 'link'], given, used);
    }
    if (panel.kind !== 'chart') continue;
    try {
      compile(panel);
    } catch (error) {
      report([...path, 'chart'], error instanceof Error ? error.message : String(error));
    }
  }
  return findings;
}

const conditionColumns = (where: Where): string[] =>
  Object.keys(where).map((it) => parseConditionKey(it).column);

function isUsed(name: string, { params, panels }: Dashboard): boolean {
  const wheres: Where[] = [
    ...panels.flatMap((it) => (it.kind === 'markdown' ? [] : [it.query.where])),
    ...Object.values(params).flatMap((it) => ('options' in it ? [it.options.where] : [])),
  ];
  const texts = panels.map((it: Panel) => `${it.title} ${it.description ?? ''}`);
  return (
    wheres.some((where) => Object.values(where).flat().includes(`$${name}`)) ||
    texts.some((text) => text.includes(`{${name}}`))
  );
}

function shownColumns(panel: RowsPanel): string[] {
  if (panel.kind === 'table') return panel.columns.map((it) => it.column);
  if (panel.kind === 'figure') return [panel.figure.value, panel.figure.per ?? []].flat();
  const made = new Set(['href']);
  const used = new Set<string>();
  collectFields(panel.spec, used, made);
  return [...used].filter((it) => !made.has(it));
}

/** Fields a spec draws from, and those its transforms make. */
function collectFields(node: unknown, used: Set<string>, made: Set<string>): void {
  if (Array.isArray(node)) {
    for (const it of node as unknown[]) collectFields(it, used, made);
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  for (const [key, value] of Object.entries(node)) {
    if (key === 'field' && typeof value === 'string') used.add(value);
    else if (key === 'as') for (const it of [value].flat()) made.add(String(it));
    else collectFields(value, used, made);
  }
}
