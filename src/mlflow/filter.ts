import {
  ENTITIES,
  FILTER_ATTRIBUTES,
  isDatasetField,
  isTimeAttribute,
  splitIdentifier,
  type DatasetField,
  type TextAttribute,
  type TimeAttribute,
} from './filter-fields.ts';
import { FilterLexer } from './filter-lexer.ts';
import { readList } from './filter-list.ts';

export type NumberOp = '=' | '!=' | '>' | '>=' | '<' | '<=';
/** LIKE minds case and ILIKE does not; `%` is any text, `_` any character, and nothing escapes them. */
export type TextOp = '=' | '!=' | 'LIKE' | 'ILIKE';
export type ListOp = 'IN' | 'NOT IN';
export type NullOp = 'IS NULL' | 'IS NOT NULL';

/**
 * One comparison of a search filter. What a run lacks never matches, not even `!=`, except under
 * IS NULL; a dataset comparison matches if any dataset input of the run does.
 */
export type Comparison =
  | { entity: 'metric'; key: string; op: NumberOp; value: number }
  | { entity: 'attribute'; key: TimeAttribute; op: NumberOp; value: number | bigint }
  | { entity: 'attribute'; key: TextAttribute; op: TextOp; value: string }
  | { entity: 'attribute'; key: 'run_id'; op: ListOp; value: readonly string[] }
  | { entity: 'param' | 'tag'; key: string; op: TextOp; value: string }
  | { entity: 'param' | 'tag'; key: string; op: NullOp; value: null }
  | { entity: 'dataset'; key: DatasetField; op: TextOp; value: string }
  | { entity: 'dataset'; key: DatasetField; op: ListOp; value: readonly string[] };

const NUMBER_OPS: ReadonlySet<string> = new Set<NumberOp>(['=', '!=', '>', '>=', '<', '<=']);
const TEXT_OPS: ReadonlySet<string> = new Set<TextOp>(['=', '!=', 'LIKE', 'ILIKE']);
const isNumberOp = (op: string): op is NumberOp => NUMBER_OPS.has(op);
const isTextOp = (op: string): op is TextOp => TEXT_OPS.has(op);
const isListOp = (op: string): op is ListOp => op === 'IN' || op === 'NOT IN';
const isNullOp = (op: string): op is NullOp => op === 'IS NULL' || op === 'IS NOT NULL';

const INT64_MAX = 2n ** 63n - 1n;

/**
 * Parses a `runs/search` filter: comparisons that must all hold. Accepts what a 3.18.0 server
 * accepts, also its oddities (a missing or doubled AND changes nothing), and refuses the rest.
 * Known to be stricter: names holding `* [ ] ( ) :: $`, digits of other scripts, and `r''` strings
 * in lists, none of which can name or equal anything a server stores.
 * @throws FilterError with the offset of the offending place
 */
export function parseFilter(text: string): Comparison[] {
  const lexer = new FilterLexer(text);
  const comparisons: Comparison[] = [];
  lexer.space();
  if (text !== '' && lexer.done) lexer.fail('the filter is only white space', 0);
  while (!lexer.done) {
    if (!lexer.and()) comparisons.push(comparison(lexer));
    lexer.space();
  }
  return comparisons;
}

function comparison(lexer: FilterLexer): Comparison {
  const start = lexer.at;
  const raw = lexer.identifier() ?? lexer.fail("expected a name such as 'metrics.loss'");
  const { entity: prefix, key } = splitIdentifier(raw);
  const entity = prefix === undefined ? 'attribute' : ENTITIES.get(prefix);
  lexer.space();
  const opAt = lexer.at;
  const op = lexer.operator() ?? lexer.fail(`expected an operator behind ${raw}`);
  lexer.space();
  switch (entity) {
    case 'metric':
      return {
        entity,
        key,
        op: oneOf(lexer, isNumberOp, op, opAt),
        value: Number(number(lexer).text),
      };
    case 'param':
    case 'tag':
      if (isNullOp(op)) return { entity, key, op, value: null };
      return { entity, key, op: oneOf(lexer, isTextOp, op, opAt), value: text(lexer) };
    case 'attribute':
      return attribute(lexer, key, op, start, opAt);
    case 'dataset':
      if (!isDatasetField(key))
        lexer.fail(`a dataset has name, digest and context, no '${key}'`, start);
      if (isListOp(op)) return { entity, key, op, value: list(lexer) };
      return { entity, key, op: oneOf(lexer, isTextOp, op, opAt), value: text(lexer) };
    case undefined:
      return lexer.fail(
        `'${prefix ?? raw}' is none of metrics, params, tags, attributes, datasets`,
        start,
      );
  }
}

function attribute(
  lexer: FilterLexer,
  name: string,
  op: string,
  start: number,
  opAt: number,
): Comparison {
  const entity = 'attribute';
  const key =
    FILTER_ATTRIBUTES.get(name) ??
    lexer.fail(
      `'${name}' is no attribute; a filter knows ${[...FILTER_ATTRIBUTES.keys()].join(', ')}`,
      start,
    );
  if (isTimeAttribute(key)) {
    return { entity, key, op: oneOf(lexer, isNumberOp, op, opAt), value: time(lexer) };
  }
  if (isListOp(op)) {
    if (key !== 'run_id') lexer.fail(`${op} works on run_id and datasets only`, opAt);
    return { entity, key, op, value: list(lexer) };
  }
  return { entity, key, op: oneOf(lexer, isTextOp, op, opAt), value: text(lexer) };
}

function oneOf<Op extends string>(
  lexer: FilterLexer,
  belongs: (op: string) => op is Op,
  op: string,
  at: number,
): Op {
  return belongs(op) ? op : lexer.fail(`the operator ${op} does not work here`, at);
}

function number(lexer: FilterLexer): { text: string; integer: boolean } {
  return lexer.number() ?? lexer.fail('expected a number without quotes');
}

/** Integers stay exact, as times above 2^53 ms are legal; the server answers 500 beyond int64. */
function time(lexer: FilterLexer): number | bigint {
  const at = lexer.at;
  const { text: digits, integer } = number(lexer);
  if (!integer) return Number(digits);
  const value = BigInt(digits.replace('-', '')) * (digits.startsWith('-') ? -1n : 1n);
  if (value > INT64_MAX || value < -INT64_MAX - 1n)
    lexer.fail(`${digits} is no 64-bit integer`, at);
  return value;
}

function text(lexer: FilterLexer): string {
  return lexer.string() ?? lexer.fail('expected a text in quotes');
}

function list(lexer: FilterLexer): readonly string[] {
  return lexer.text[lexer.at] === '(' ? readList(lexer) : lexer.fail('expected a list in brackets');
}
