/** What may stand after a column in `where`; nothing is `=`. */
export const OPERATORS = ['=', '!=', '>=', '<', 'contains'] as const;
export type Operator = (typeof OPERATORS)[number];

const NAME = '[A-Za-z_][A-Za-z0-9_]*';

/** A key of `where`: a column, and an operator where it is not equality. */
export const CONDITION = new RegExp(`^(${NAME})(?: (${OPERATORS.join('|')}))?$`);

/** A measure: a function of a column, `count()`, or how many different values one or more have together. */
export const MEASURE = new RegExp(
  `^(?:(?:sum|min|max|avg|median)\\(${NAME}\\)|count\\((?:${NAME})?\\)|count_distinct\\(${NAME}(?:, ?${NAME})*\\))$`,
);

/** A number format of d3, which draws a type that it does not know as if there were none. */
export const D3_NUMBER = String.raw`(?:.?[<>=^])?[+\-( ]?[$#]?0?\d*,?(?:\.\d+)?~?[%bcdefgnoprsXx]?`;

/** Nothing but such a format. */
export const NUMBER_FORMAT = new RegExp(`^${D3_NUMBER}$`);

/** Splits a checked measure. */
export function parseMeasure(text: string): { fn: string; columns: string[] } {
  const [, fn = 'count', columns = ''] = /^(\w+)\((.*)\)$/.exec(text) ?? [];
  return { fn, columns: columns === '' ? [] : columns.split(/, ?/) };
}

/** Splits a checked key of `where`. */
export function parseConditionKey(text: string): { column: string; op: Operator | undefined } {
  const [, column = text, op] = CONDITION.exec(text) ?? [];
  return { column, op: OPERATORS.find((it) => it === op) };
}
