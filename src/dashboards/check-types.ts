import type { ColumnType } from '../engine/engine.ts';
import type { View } from '../queries/view.ts';
import type { KnownViews, Mistake } from './check-panel.ts';
import type { LocatedYaml } from '../yaml.ts';
import { parseConditionKey, parseMeasure } from './expressions.ts';
import type { DashboardFile, PanelFile, Where } from './schema.ts';

type Types = ReadonlyMap<string, ColumnType>;

const HOLDS: Readonly<Record<ColumnType, string>> = {
  string: 'texts',
  double: 'numbers',
  int64: 'numbers',
  boolean: 'true or false',
  timestamp: 'times',
  date: 'days',
};

const isNumber = (type: ColumnType | undefined): boolean => type === 'double' || type === 'int64';
const isTime = (type: ColumnType | undefined): boolean => type === 'timestamp' || type === 'date';

const mistake = (path: PropertyKey[], message: string): Mistake => {
  return { severity: 'error', path, code: 'wrong-type', message };
};

/** Columns that do not hold what is asked of them: an engine without rows compares and adds up none. */
export function typeMistakes(
  dashboard: DashboardFile,
  { catalog }: KnownViews,
  otherwiseAt: LocatedYaml['otherwiseAt'],
): Mistake[] {
  const { params, panels, annotations } = dashboard;
  const conditions = (path: PropertyKey[], where: Where, view = ''): Mistake[] => {
    const types = typesOf(catalog.get(view));
    return Object.entries(where).flatMap(([key, value]) => {
      const { column, op } = parseConditionKey(key);
      const type = types.get(column);
      if (type === undefined) return [];
      const at = [...path, 'where', key];
      const alone = /^(>=|<|contains)$/.test(op ?? '');
      if (alone && isList(value, params)) return [mistake(at, `${op} takes one value, not a list`)];
      return [value].flat().flatMap((it, index) => {
        if (Array.isArray(value) && typeof it === 'string' && it.startsWith('$')) {
          return [mistake(at, `${it} stands alone, not in a list`)];
        }
        const message = conditionMistake(it, { type, op, params });
        if (message !== undefined)
          return [mistake(at, `${column} holds ${HOLDS[type]}: ${message}`)];
        const place = Array.isArray(value) ? [...at, index] : at;
        const written = type === 'string' || op === 'contains' ? otherwiseAt(place) : undefined;
        if (written === undefined) return [];
        const told = `${written} is compared as the text ${String(it)}: write it in quotes`;
        return [{ severity: 'warning', path: place, code: 'unquoted', message: told } as const];
      });
    });
  };
  return [
    ...Object.entries(params).flatMap(([id, it]) =>
      'options' in it
        ? conditions(['params', id, 'options'], it.options.where, it.options.view)
        : [],
    ),
    ...Object.entries(annotations).flatMap(([id, it]) =>
      conditions(['annotations', id], it.where, it.view),
    ),
    ...Object.entries(panels).flatMap(([id, it]) => [
      ...conditions(['panels', id], it.where, it.view),
      ...shownMistakes(['panels', id], it, typesOf(catalog.get(it.view ?? ''))),
    ]),
  ];
}

/** Whether several values may stand for it. */
const isList = (value: Where[string], params: DashboardFile['params']): boolean =>
  Array.isArray(value) ||
  (typeof value === 'string' && params[value.replace(/^\$/, '')]?.type === 'multiselect');

const typesOf = (view: View | undefined): Types =>
  new Map(view?.columns.map((it) => [it.name, it.type]));

interface Compared {
  type: ColumnType;
  op: string | undefined;
  params: DashboardFile['params'];
}

function conditionMistake(
  value: string | number | boolean | null,
  { type, op, params }: Compared,
): string | undefined {
  if (value === null) return undefined;
  if (typeof value === 'string' && value.startsWith('$')) {
    const param = params[value.slice(1)];
    if (param?.type === 'daterange') {
      if (!isTime(type)) return `${value} is a period`;
      return op === undefined ? undefined : `${value} is a period, and goes without ${op}`;
    }
    if (op === 'contains') return undefined;
    if (param?.type === 'number') {
      return isNumber(type) || type === 'string' ? undefined : `${value} is a number`;
    }
    const typed = param?.type === 'text' && op !== undefined && type !== 'string';
    return typed ? `${value} is a text that one types` : undefined;
  }
  if (op === 'contains' || type === 'string') return undefined;
  if (isNumber(type)) {
    return typeof value !== 'boolean' && !Number.isNaN(Number(value)) && value !== ''
      ? undefined
      : `${JSON.stringify(value)} is no number`;
  }
  if (type === 'boolean') {
    return typeof value === 'boolean' || /^(true|false)$/i.test(String(value))
      ? undefined
      : `${JSON.stringify(value)} is neither`;
  }
  const day = typeof value === 'string' && !Number.isNaN(Date.parse(value));
  return day ? undefined : `${JSON.stringify(value)} is no time, such as 2026-01-31`;
}

/** What a panel adds up, shows large, or formats. */
function shownMistakes(path: PropertyKey[], panel: PanelFile, types: Types): Mistake[] {
  const { group = [], measures, figure, table } = panel;
  const found: Mistake[] = [];
  const given = new Map(measures === undefined ? types : []);
  for (const name of group) given.set(name, types.get(name) ?? 'string');
  for (const [name, text] of Object.entries(measures ?? {})) {
    const at = [...path, 'measures', name];
    const {
      fn,
      columns: [column = ''],
    } = parseMeasure(text);
    const type = types.get(column);
    const adds = /^(sum|avg|median)$/.test(fn);
    if (adds && type !== undefined && !isNumber(type)) {
      found.push(mistake(at, `${column} holds ${HOLDS[type]}: ${fn} needs numbers`));
    }
    if (group.includes(name)) found.push(mistake(at, `${name} is a column of the group already`));
    if (adds) given.set(name, 'double');
    else if (fn.startsWith('count')) given.set(name, 'int64');
    else if (type !== undefined) given.set(name, type);
  }
  for (const key of ['value', 'per'] as const) {
    const type = given.get(figure?.[key] ?? '');
    if (type === undefined || isNumber(type)) continue;
    const message = `${figure?.[key]} holds ${HOLDS[type]}: a figure is a number`;
    found.push(mistake([...path, 'figure', key], message));
  }
  (table?.columns ?? []).forEach((it, at) => {
    if (typeof it === 'string' || it.format === undefined) return;
    const type = given.get(it.column);
    const times = /^(date|time|ago)$/.test(it.format);
    if (type === undefined || (times ? isTime(type) : isNumber(type))) return;
    const message = `${it.column} holds ${HOLDS[type]}: ${it.format} is a format for ${times ? 'times' : 'numbers'}`;
    found.push(mistake([...path, 'table', 'columns', at], message));
  });
  return found;
}
