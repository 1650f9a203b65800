import type { CheckedChart } from './check-file.ts';
import { missing, unknownView, type KnownViews, type Mistake, type Wanted } from './check-panel.ts';
import { nearest } from '../nearest.ts';
import { parseConditionKey } from './expressions.ts';
import type { AnnotationFile, DashboardFile } from './schema.ts';

/** What annotations ask that their view does not have, names of none, and those that no chart draws. */
export function annotationMistakes(
  dashboard: DashboardFile,
  views: KnownViews,
  charts: ReadonlyMap<string, CheckedChart>,
): Mistake[] {
  const annotations = Object.entries(dashboard.annotations);
  const known = annotations.map(([id]) => id);
  const unknown = Object.entries(dashboard.panels).flatMap(([id, { annotations: named }]) =>
    (typeof named === 'boolean' ? [] : named).flatMap((it, index): Mistake[] => {
      if (known.includes(it)) return [];
      const path = ['panels', id, 'annotations', index];
      const message = `there is no annotation ${it}${nearest(it, known)}`;
      return [{ severity: 'error', path, code: 'unknown-annotation', message }];
    }),
  );
  return [
    ...annotations.flatMap(([id, it]) => viewMistakes(id, it, views)),
    ...unknown,
    ...annotations.flatMap(([id]) => undrawn(id, dashboard, charts)),
  ];
}

function viewMistakes(
  id: string,
  { view: name, where, time, end, label }: AnnotationFile,
  views: KnownViews,
): Mistake[] {
  const at = ['annotations', id];
  const view = views.catalog.get(name);
  if (view === undefined) return unknownView([...at, 'view'], name, views);
  const named = Object.entries({ time, end, label }).flatMap(([key, column]) =>
    column === undefined ? [] : [{ key, column }],
  );
  const noTime = named
    .filter(({ key }) => key !== 'label')
    .flatMap(({ key, column }): Mistake[] => {
      const type = view.columns.find((it) => it.name === column)?.type;
      if (type === undefined || type === 'timestamp' || type === 'date') return [];
      const message = `${column} holds no times: the view ${name} gives it as ${type}`;
      return [{ severity: 'error', path: [...at, key], code: 'not-a-time', message }];
    });
  const columns = view.columns.map((it) => it.name);
  const asked: Wanted[] = [
    ...Object.keys(where).map((key): Wanted => {
      return [[...at, 'where', key], parseConditionKey(key).column];
    }),
    ...named.map(({ key, column }): Wanted => [[...at, key], column]),
  ];
  return [...missing(asked, columns, `the view ${name} has`), ...noTime];
}

/** An annotation that no chart has a place for. */
function undrawn(
  id: string,
  { panels }: DashboardFile,
  charts: ReadonlyMap<string, CheckedChart>,
): Mistake[] {
  const drawn = Object.values(panels).some(({ chart, as, annotations }) => {
    const wanted = typeof annotations === 'boolean' ? annotations : annotations.includes(id);
    const named = typeof chart === 'string';
    const spec = named ? charts.get(chart)?.spec : chart;
    // What a file that cannot be read would draw is not known.
    return wanted && as === undefined && (hasTimeAxis(spec) || (named && spec === undefined));
  });
  if (drawn) return [];
  const message = `no chart draws the annotation ${id}: none has an axis of time`;
  return [{ severity: 'warning', path: ['annotations', id], code: 'unused-annotation', message }];
}

function hasTimeAxis(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return false;
  return Object.entries(node).some(([key, value]: [string, unknown]) =>
    /^[xy]$/.test(key) ? isTemporal(value) : hasTimeAxis(value),
  );
}

const isTemporal = (channel: unknown): boolean =>
  typeof channel === 'object' &&
  channel !== null &&
  ('type' in channel ? channel.type === 'temporal' : 'timeUnit' in channel);
