import type { FilterLexer } from './filter-lexer.ts';

const STRING = /'(?:\\[^]|[^'\\\r\n])*'|"(?:\\[^]|[^"\\\r\n])*"/y;
const ESCAPE =
  /\\(?:\r\n|([0-7]{1,3})|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([xuUN])|([^]))/gu;
const LETTERS: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
const MAX_DEPTH = 20;

/**
 * `('a', "b")` behind IN. The server hands this part to Python's literal parser, so here, unlike in
 * a plain value, backslashes escape, neighbouring strings are joined, a trailing comma is fine, and
 * brackets around one string mean nothing.
 */
export function readList(lexer: FilterLexer): string[] {
  const start = lexer.at;
  const value = bracket(lexer, 0);
  const list = typeof value === 'string' ? [value] : value;
  if (list.length === 0) lexer.fail('a list needs at least one value', start);
  const flat = list.filter((item) => typeof item === 'string');
  if (flat.length < list.length) lexer.fail('a list cannot hold another list', start);
  return flat;
}

type Literal = string | Literal[];

function bracket(lexer: FilterLexer, depth: number): Literal {
  if (depth > MAX_DEPTH) lexer.fail('too many brackets');
  lexer.at += 1;
  const items: Literal[] = [];
  let commas = 0;
  for (;;) {
    lexer.space();
    const next = lexer.text[lexer.at];
    if (next === ')') {
      lexer.at += 1;
      const only = items[0];
      return items.length === 1 && commas === 0 && only !== undefined ? only : items;
    }
    if (items.length > commas) {
      if (next !== ',') lexer.fail("expected ',' or ')' in the list");
      lexer.at += 1;
      commas += 1;
      continue;
    }
    items.push(next === '(' ? bracket(lexer, depth + 1) : joinedStrings(lexer));
  }
}

function joinedStrings(lexer: FilterLexer): string {
  let joined: string | undefined;
  for (;;) {
    const start = lexer.at;
    const literal = lexer.take(STRING);
    if (literal === undefined) break;
    joined = (joined ?? '') + unescape(lexer, literal.slice(1, -1), start);
    lexer.space();
  }
  return joined ?? lexer.fail('a list holds quoted strings only');
}

function unescape(lexer: FilterLexer, inner: string, start: number): string {
  return inner.replace(ESCAPE, (all, octal, hex, unit, point, broken, letter) => {
    if (broken !== undefined) lexer.fail(`the escape ${all} is not complete`, start);
    if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
    const digits: string | undefined = hex ?? unit ?? point;
    if (digits === undefined) return LETTERS[letter] ?? (letter === undefined ? '' : all);
    const code = Number.parseInt(digits, 16);
    return code > 0x10ffff ? lexer.fail(`no character ${all}`, start) : String.fromCodePoint(code);
  });
}
