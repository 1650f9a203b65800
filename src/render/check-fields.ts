import { isJson, type Json } from '../json.ts';
import { expressionNodes } from './expression.ts';

type Path = readonly PropertyKey[];

/** A field that a spec draws from and that its rows do not have. */
export interface UnknownField {
  path: PropertyKey[];
  field: string;
  /** What there is at that place. */
  known: string[];
}

/** The fields at one place of a spec; undefined when they depend on the data. */
type Fields = ReadonlySet<string> | undefined;

/** Views of a spec that have a spec of their own inside. */
const PARTS = ['layer', 'concat', 'hconcat', 'vconcat', 'spec'];

/** Follows a spec's transforms from the rows it is given, and finds what it names beyond them. */
export function unknownFields(spec: Json, columns: readonly string[]): UnknownField[] {
  const found: UnknownField[] = [];
  visit(spec, [], new Set(columns), (path, field, fields) => {
    if (fields === undefined || has(fields, field)) return;
    found.push({ path, field, known: [...fields] });
  });
  return found;
}

type Use = (path: PropertyKey[], field: string, fields: Fields) => void;

function visit(spec: Json, path: Path, given: Fields, use: Use): void {
  let fields = isJson(spec['data']) && path.length > 0 ? undefined : given;
  list(spec['transform']).forEach((transform, index) => {
    const at = [...path, 'transform', index];
    for (const [inner, field] of inputs(transform)) use([...at, ...inner], field, fields);
    fields = after(transform, fields);
  });
  const parts = PARTS.flatMap((key): [Path, Json][] => {
    const value = spec[key];
    if (!Array.isArray(value)) return isJson(value) ? [[[...path, key], value]] : [];
    return list(value).map((part, index) => [[...path, key, index], part]);
  });
  // An encoding shared by layers may draw from what a layer makes.
  const drawn = parts.reduce((all, [, part]) => union(all, madeBelow(part)), fields);
  for (const key of ['encoding', 'facet']) {
    for (const [inner, field] of fieldsIn(spec[key])) use([...path, key, ...inner], field, drawn);
  }
  list(spec['params']).forEach((param, index) => {
    const select = param['select'];
    if (!isJson(select)) return;
    strings(select['fields']).forEach((field, at) => {
      use([...path, 'params', index, 'select', 'fields', at], field, drawn);
    });
  });
  for (const [inner, part] of parts) visit(part, inner, fields, use);
}

function madeBelow(spec: Json): Fields {
  const parts = PARTS.flatMap((key) => list([spec[key]].flat()));
  const own = list(spec['transform']).reduce<Fields>((all, it) => after(it, all), new Set());
  return parts.reduce((all, part) => union(all, madeBelow(part)), own);
}

/** What a transform reads. */
function inputs(transform: Json): [Path, string][] {
  const { filter, calculate, from: _others, ...rest } = transform;
  const named = ['groupby', 'fold', 'flatten', 'stack', 'quantile', 'density', 'regression', 'on'];
  const direct = [
    ...named,
    'loess',
    'impute',
    'key',
    'pivot',
    'value',
    'extent',
    'bin',
    'timeUnit',
  ];
  const keys = direct.filter((key) => key in rest && !isModifier(key, rest));
  return [
    ...keys.flatMap((key) => strings(rest[key]).map((it): [Path, string] => [[key], it])),
    ...strings(transform['lookup']).map((it): [Path, string] => [['lookup'], it]),
    ...fieldsIn(rest).filter(([, field]) => field !== '*'),
    ...expressionFields(calculate).map((it): [Path, string] => [['calculate'], it]),
    ...testFields(filter, ['filter']),
  ];
}

/** A test is an expression, a condition on a field, or several of them. */
function testFields(test: unknown, path: Path): [Path, string][] {
  if (typeof test === 'string') return expressionFields(test).map((it) => [path, it]);
  if (Array.isArray(test)) {
    return test.flatMap((it: unknown, index) => testFields(it, [...path, index]));
  }
  if (!isJson(test)) return [];
  return Object.entries(test).flatMap(([key, value]): [Path, string][] => {
    if (key === 'field' && typeof value === 'string') return [[[...path, key], value]];
    return /^(and|or|not)$/.test(key) ? testFields(value, [...path, key]) : [];
  });
}

/** `bin` and `timeUnit` say how; an impute's `value` is one, not a field. */
function isModifier(key: string, transform: Json): boolean {
  if (key === 'bin' || key === 'timeUnit' || key === 'extent') return true;
  return key === 'value' && !('pivot' in transform);
}

/** The fields there are once a transform has run. */
function after(transform: Json, before: Fields): Fields {
  if ('pivot' in transform) return undefined;
  const made = [
    ...strings(transform['as']),
    ...['aggregate', 'joinaggregate', 'window']
      .flatMap((key) => list(transform[key]))
      .flatMap((it) => strings(it['as'])),
    ...defaultNames(transform),
  ];
  const replaces = ['aggregate', 'density', 'quantile', 'regression', 'loess'];
  if (replaces.some((key) => key in transform)) {
    return new Set([...strings(transform['groupby']), ...made]);
  }
  if ('lookup' in transform) {
    const { from } = transform;
    const looked = isJson(from) ? strings(from['fields']) : [];
    if (looked.length === 0 && made.length === 0) return undefined;
    return union(before, new Set([...looked, ...made]));
  }
  return union(before, new Set(made));
}

function defaultNames(transform: Json): string[] {
  if ('as' in transform) return [];
  if ('fold' in transform) return ['key', 'value'];
  if ('density' in transform) return ['value', 'density'];
  if ('quantile' in transform) return ['prob', 'value'];
  const { regression, loess, on } = transform;
  return [...strings(regression), ...strings(loess), ...strings(on)];
}

/** Every `field` inside, and the fields of tests, whatever the depth. */
function fieldsIn(node: unknown, path: Path = []): [Path, string][] {
  if (Array.isArray(node)) {
    return node.flatMap((it: unknown, index) => fieldsIn(it, [...path, index]));
  }
  if (!isJson(node)) return [];
  return Object.entries(node).flatMap(([key, value]): [Path, string][] => {
    if (key === 'field' && typeof value === 'string') return [[[...path, key], value]];
    return fieldsIn(value, [...path, key]);
  });
}

/** The fields `datum.x` and `datum['x']` of an expression. */
function expressionFields(expression: unknown): string[] {
  return expressionNodes(expression).flatMap(({ type, object, property, computed }) => {
    if (type !== 'MemberExpression' || !isJson(object) || !isJson(property)) return [];
    if (object['name'] !== 'datum') return [];
    const name = computed === true ? property['value'] : property['name'];
    return typeof name === 'string' ? [name] : [];
  });
}

const has = (fields: ReadonlySet<string>, field: string): boolean => {
  const plain = field.replaceAll('\\', '');
  const [first = plain] = field.split(/(?<!\\)[.[]/, 1);
  return fields.has(plain) || fields.has(first);
};

const union = (a: Fields, b: Fields): Fields =>
  a === undefined || b === undefined ? undefined : new Set([...a, ...b]);
const list = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isJson) : []);
const strings = (value: unknown): string[] =>
  [value].flat().filter((it): it is string => typeof it === 'string');
