import type { Bindable } from '../engine/engine.ts';
import { RunlensError } from '../errors.ts';
import type { ViewColumn } from './view.ts';

const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };
const NUMBERS: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

/**
 * Text from an address or a command line as a value of a column, so that the engine compares like
 * with like. Times are ISO 8601, UTC unless they say otherwise.
 * @throws RunlensError BAD_REQUEST naming the column
 */
export function parseValue({ name, type }: ViewColumn, text: string): Bindable {
  const value = read(type, text.trim());
  if (type === 'string') return text;
  if (value !== undefined) return value;
  throw new RunlensError('BAD_REQUEST', `${name}: ${JSON.stringify(text)} is no ${WORDS[type]}`, {
    field: name,
  });
}

const WORDS: Record<ViewColumn['type'], string> = {
  string: 'text',
  double: 'number',
  int64: 'whole number of 64 bits',
  boolean: 'true or false',
  timestamp: 'time, such as 2026-11-20T12:00:00Z',
  date: 'date, such as 2026-11-20',
};

function read(type: ViewColumn['type'], text: string): Bindable | undefined {
  switch (type) {
    case 'string':
      return text;
    case 'double': {
      const number = NUMBERS.get(text) ?? (text === '' ? Number.NaN : Number(text));
      return Number.isNaN(number) && text !== 'NaN' ? undefined : number;
    }
    case 'int64': {
      if (!/^[+-]?\d{1,19}$/.test(text)) return undefined;
      const integer = BigInt(text.replace('+', ''));
      return integer >= INT64.min && integer <= INT64.max ? integer : undefined;
    }
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined;
    case 'timestamp':
      return parseTime(text);
    case 'date':
      return /^\d{4}-\d{2}-\d{2}$/.test(text) && parseTime(text) ? text : undefined;
  }
}

const TIME = /^(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** ISO 8601, a date alone being its midnight; UTC unless it says otherwise. */
export function parseTime(text: string): Date | undefined {
  const [, day = '', zone] = TIME.exec(text) ?? [];
  if (!isDay(day)) return undefined;
  const withZone = text.length === 10 || zone !== undefined ? text : `${text}Z`;
  const date = new Date(withZone.replace(' ', 'T'));
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** JavaScript takes the 30th of February for the 2nd of March. */
function isDay(text: string): boolean {
  const date = new Date(text);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
