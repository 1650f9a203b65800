/** What may stand after a column in `where`; nothing is `=`. */
export const OPERATORS = ['=', '!=', '>=', '<', 'contains'] as const;
export type Operator = (typeof OPERATORS)[number];

/** A key of `where`: a column, and an operator where it is not equality. */
export const CONDITION = new RegExp(`^([A-Za-z_][A-Za-z0-9_]*)(?: (${OPERATORS.join('|')}))?$`);

/** A measure: a function of a column, or `count()`. */
export const MEASURE =
  /^(?=count\(|\w+\(\w)(sum|min|max|avg|median|count|count_distinct)\(([A-Za-z_][A-Za-z0-9_]*)?\)$/;

/** A number format of d3, which draws a type that it does not know as if there were none. */
export const D3_NUMBER = String.raw`(?:.?[<>=^])?[+\-( ]?[$#]?0?\d*,?(?:\.\d+)?~?[%bcdefgnoprsXx]?`;

/** Splits a checked measure. */
export function parseMeasure(text: string): { fn: string; column: string | undefined } {
  const [, fn = 'count', column] = MEASURE.exec(text) ?? [];
  return { fn, column };
}

/** Splits a checked key of `where`. */
export function parseConditionKey(text: string): { column: string; op: Operator | undefined } {
  const [, column = text, op] = CONDITION.exec(text) ?? [];
  return { column, op: OPERATORS.find((it) => it === op) };
}
