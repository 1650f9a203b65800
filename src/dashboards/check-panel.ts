import { withHint } from '../queries/check-finding.ts';
import { noColumn, type Catalog, type View } from '../queries/view.ts';
import { parseConditionKey, parseMeasure } from './expressions.ts';
import { nearest } from '../nearest.ts';
import type { DashboardFile, ParamOptions, PanelFile } from './schema.ts';

/** A mistake at a place of a dashboard file. */
export interface Mistake {
  severity: 'error' | 'warning';
  path: PropertyKey[];
  code: string;
  message: string;
}

/** The views that one may ask, and those that have a mistake of their own. */
export interface KnownViews {
  catalog: Catalog;
  broken: ReadonlySet<string>;
}

/** A column that is named at a place of the file. */
export type Wanted = readonly [path: PropertyKey[], column: string];

/** What a panel asks of its view that the view does not have. */
export function panelMistakes(id: string, panel: PanelFile, views: KnownViews): Mistake[] {
  const at = ['panels', id];
  if (panel.view === undefined) return [];
  const view = views.catalog.get(panel.view);
  if (view === undefined) return unknownView([...at, 'view'], panel.view, views);
  const { where, group = [], measures = {}, order = {} } = panel;
  const asked: Wanted[] = [
    ...Object.keys(where).map((key): Wanted => {
      return [[...at, 'where', key], parseConditionKey(key).column];
    }),
    ...group.map((column, index): Wanted => [[...at, 'group', index], column]),
    ...Object.entries(measures).flatMap(([name, text]) =>
      parseMeasure(text).columns.map((column): Wanted => [[...at, 'measures', name], column]),
    ),
  ];
  const shown: Wanted[] = [
    ...Object.keys(order).map((column): Wanted => [[...at, 'order', column], column]),
    ...shownColumns(panel).map(([path, column]): Wanted => [[...at, ...path], column]),
  ];
  const given = panelColumns(panel, view);
  const rows =
    panel.measures === undefined ? `the view ${view.name} has` : 'the group and measures give';
  return [
    ...missing(
      asked,
      view.columns.map((it) => it.name),
      `the view ${view.name} has`,
    ),
    ...missing(shown, given, rows),
  ];
}

/** The columns of the rows that a panel is given. */
export function panelColumns(
  { group = [], measures }: { group?: string[] | undefined; measures?: object | undefined },
  view: View,
): string[] {
  if (measures === undefined) return view.columns.map((it) => it.name);
  return [...group, ...Object.keys(measures)];
}

function shownColumns({ table, figure, link, select = {} }: PanelFile): Wanted[] {
  const columns = (table?.columns ?? []).map((it, index): Wanted => [
    ['table', 'columns', index],
    typeof it === 'string' ? it : it.column,
  ]);
  const figures = Object.entries({ value: figure?.value, per: figure?.per }).flatMap(
    ([name, column]): Wanted[] => (column === undefined ? [] : [[['figure', name], column]]),
  );
  const selected = Object.entries(select).flatMap(([param, it]): Wanted[] => {
    const at = ['select', param];
    if (typeof it === 'string') return [[at, it]];
    return Object.entries(it).map(([key, column]) => [[...at, key], column]);
  });
  return [...columns, ...figures, ...linkColumns(link), ...selected];
}

function linkColumns(link: PanelFile['link']): Wanted[] {
  if (link === undefined) return [];
  if ('run' in link) return [[['link', 'run'], link.run]];
  if ('mlflow' in link) {
    const { experiment, run } = link.mlflow;
    const named: [string, string][] = [
      ['experiment', experiment],
      ...(run === undefined ? [] : [['run', run] as [string, string]]),
    ];
    return [
      ...named.map(([key, column]): Wanted => [['link', 'mlflow', key], column]),
      // The server whose page it is.
      [['link', 'mlflow'], 'source'],
    ];
  }
  return Object.entries(link.with).map(([param, column]) => [['link', 'with', param], column]);
}

/** What a parameter's options ask of their view that it does not have. */
export function optionsMistakes(id: string, options: ParamOptions, views: KnownViews): Mistake[] {
  const at = ['params', id, 'options'];
  const view = views.catalog.get(options.view);
  if (view === undefined) return unknownView([...at, 'view'], options.view, views);
  const { value, label = value, where, order = {} } = options;
  const asked: Wanted[] = [
    [[...at, 'value'], value],
    [[...at, 'label'], label],
    ...Object.keys(where).map((key): Wanted => {
      return [[...at, 'where', key], parseConditionKey(key).column];
    }),
    ...Object.keys(order).map((column): Wanted => [[...at, 'order', column], column]),
  ];
  const columns = view.columns.map((it) => it.name);
  return missing(asked, columns, `the view ${view.name} has`);
}

/** What a link to another dashboard gets wrong. */
export function linkMistakes(
  id: string,
  { link }: PanelFile,
  targets: ReadonlyMap<string, DashboardFile | undefined>,
): Mistake[] {
  if (link === undefined || !('dashboard' in link)) return [];
  const path = ['panels', id, 'link'];
  const target = targets.get(link.dashboard);
  if (!targets.has(link.dashboard)) {
    const known = [...targets.keys()];
    const message = `there is no dashboard ${link.dashboard}${nearest(link.dashboard, known)}`;
    return [
      { severity: 'error', path: [...path, 'dashboard'], code: 'unknown-dashboard', message },
    ];
  }
  if (target === undefined) return [];
  const known = [...Object.keys(target.params), 'source'];
  return Object.keys(link.with)
    .filter((param) => !known.includes(param))
    .map((param) => ({
      severity: 'error',
      path: [...path, 'with', param],
      code: 'undeclared-parameter',
      message: `the dashboard ${link.dashboard} has no parameter ${param}${nearest(param, known)}`,
    }));
}

export function unknownView(path: PropertyKey[], name: string, { broken, catalog }: KnownViews) {
  if (broken.has(name)) return [];
  const known = catalog.list().map((it) => it.name);
  const message = `there is no view ${name}${nearest(name, known)}`;
  return [{ severity: 'error' as const, path, code: 'unknown-view', message }];
}

export function missing(
  wanted: readonly Wanted[],
  columns: readonly string[],
  what: string,
): Mistake[] {
  return wanted
    .filter(([, column]) => !columns.includes(column))
    .map(([path, column]): Mistake => {
      const { message, hint } = noColumn(what, column, columns);
      return { severity: 'error', path, code: 'unknown-column', message: withHint(message, hint) };
    });
}
