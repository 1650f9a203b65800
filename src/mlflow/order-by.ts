import { FilterError } from './filter-error.ts';
import { ENTITIES, ORDER_ATTRIBUTES, splitIdentifier, type Attribute } from './filter-fields.ts';
import { FilterLexer } from './filter-lexer.ts';

/** One `order_by` clause. A run without the value comes last in either direction, NaN before it. */
export type OrderBy =
  | { entity: 'attribute'; key: Attribute; ascending: boolean }
  | { entity: 'metric' | 'param' | 'tag'; key: string; ascending: boolean };

const FIELD = 'order_by';
const SPACE = /[ \t\r\n]+/y;
const DIRECTION = /(?:asc|desc)$/iy;

/**
 * Parses one clause such as ``metrics.`f1 score` DESC``; ascending where nothing is said. Unlike a
 * filter, a 3.18.0 server takes no white space around the clause or its dots here, no datasets, and
 * no other spelling of `run_name`.
 * @throws FilterError with the offset of the offending place
 */
export function parseOrderBy(clause: string): OrderBy {
  const lexer = new FilterLexer(clause, FIELD);
  const raw = lexer.identifier() ?? lexer.fail('expected a name to order by');
  const { entity: prefix, key } = splitIdentifier(raw);
  if (/\s/u.test(raw) && !isQuoted(raw)) lexer.fail(`no white space in '${raw}'`, 0);
  if (key.includes('"')) lexer.fail('a key with a double quote cannot be ordered by', 0);
  let ascending = true;
  if (lexer.take(SPACE) !== undefined) {
    const direction = lexer.take(DIRECTION) ?? lexer.fail('expected ASC or DESC');
    ascending = direction.toLowerCase() === 'asc';
  }
  if (!lexer.done) lexer.fail('one name, then ASC or DESC, and nothing else');
  const entity = prefix === undefined ? 'attribute' : ENTITIES.get(prefix);
  if (entity === 'metric' || entity === 'param' || entity === 'tag') {
    return { entity, key, ascending };
  }
  const attribute = entity === 'attribute' ? ORDER_ATTRIBUTES.get(key) : undefined;
  if (attribute === undefined)
    throw new FilterError(`runs cannot be ordered by '${raw}'`, 0, FIELD);
  return { entity: 'attribute', key: attribute, ascending };
}

function isQuoted(raw: string): boolean {
  return /["'`]/.test(raw);
}
