import type { Mistake } from '../dashboards/check-panel.ts';
import { NUMBER_FORMAT } from '../dashboards/expressions.ts';
import { isJson, type Json } from '../json.ts';
import { expressionNodes } from './expression.ts';

type Kind = 'number' | 'time';

/** Directives, the text between them, and at least one of them: without it each tick reads the same. */
const TIME = /^(?:[^%]*%[-_0]?[aAbBcdefgGHIjLmMpqQsSuUVwWxXyYZ%])+[^%]*$/;

/** Keys under which a spec holds an expression. */
const EXPRESSIONS = ['calculate', 'expr', 'filter', 'labelExpr', 'signal', 'test', 'update'];

/** Functions of an expression that take a format second. */
const FORMATTERS: ReadonlyMap<unknown, Kind> = new Map([
  ['format', 'number'],
  ['timeFormat', 'time'],
  ['utcFormat', 'time'],
]);

/**
 * Formats of a spec that d3 does not read as one. A chart with such a format compiles: d3 throws
 * when it draws, or writes the letters themselves on each tick.
 */
export function formatMistakes(spec: Json): Mistake[] {
  return visit(spec, undefined, []);
}

/** `field` says what an axis, a legend or a header inside of it formats. */
function visit(node: unknown, field: Json | undefined, path: readonly PropertyKey[]): Mistake[] {
  if (Array.isArray(node)) {
    return node.flatMap((it: unknown, at) => visit(it, field, [...path, at]));
  }
  if (typeof node !== 'object' || node === null) return [];
  const here = node as Json;
  const own = ['field', 'type', 'timeUnit', 'aggregate'].some((key) => key in here) ? here : field;
  return Object.entries(here).flatMap(([key, value]) => {
    // How rows that a spec brings along are read.
    if (key === 'data') return [];
    const at = [...path, key];
    const kinds = kindsOf(key, here, own);
    if (typeof value !== 'string') return visit(value, own, at);
    return EXPRESSIONS.includes(key) ? expressionMistakes(value, at) : mistakes(value, kinds, at);
  });
}

function expressionMistakes(text: string, path: PropertyKey[]): Mistake[] {
  return expressionNodes(text).flatMap(({ type, callee, arguments: given }) => {
    if (type !== 'CallExpression' || !isJson(callee) || !Array.isArray(given)) return [];
    const kind = FORMATTERS.get(callee['name']);
    const format: unknown = isJson(given[1]) ? given[1]['value'] : undefined;
    return kind && typeof format === 'string' ? mistakes(format, [kind], path) : [];
  });
}

/** What a text under the key may be a format of; nothing when it is none. */
function kindsOf(key: string, here: Json, field: Json | undefined): Kind[] {
  if (key === 'numberFormat' || key === 'normalizedNumberFormat') return ['number'];
  if (key === 'timeFormat') return ['time'];
  if (key !== 'format') return [];
  const { formatType } = here;
  if (formatType === 'number' || formatType === 'time') return [formatType];
  // One that the configuration names has formats of its own.
  if (formatType !== undefined) return [];
  if (field === undefined) return ['number', 'time'];
  return [field['type'] === 'temporal' || field['timeUnit'] ? 'time' : 'number'];
}

const EXAMPLES = { number: 'number format, such as ,.2f', time: 'time format, such as %d %b %Y' };

function mistakes(format: string, kinds: readonly Kind[], path: PropertyKey[]): Mistake[] {
  const fits = (kind: Kind): boolean => (kind === 'time' ? TIME : NUMBER_FORMAT).test(format);
  if (format.trim() === '' || kinds.length === 0 || kinds.some(fits)) return [];
  const wanted = kinds.map((it) => EXAMPLES[it]).join(', and no ');
  const message = `${JSON.stringify(format)} is no d3 ${wanted}`;
  return [{ severity: 'error', path, code: 'chart-format', message }];
}
