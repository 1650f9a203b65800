import { FilterError } from './filter-error.ts';

/** White space as the server's Python sees it: unlike in JavaScript without U+FEFF, with U+0085. */
const SPACE = /(?:(?!\ufeff)[\s\x85])+/uy;
const WORD = /[\p{L}\p{N}_]+/uy;
/** The end of a word, so that `INx` is no `IN`. */
const END = '(?![\\p{L}\\p{N}_])';
/** A digit first makes a name only if a letter follows at once and it is no float such as `1e5`. */
const DIGIT_NAME = /^\d(?!e-?\d)[_A-Za-zÀ-Üà-ü]/u;
/** The server's tokenizer never takes these as names, not even behind a dot. */
const RESERVED = /^(?:case|in|values|using|from|as)$/i;

const BACKTICKED = /`(?:``|[^`])*`/y;
/** A doubled or backslashed quote does not end a string, yet stays in its value as written. */
const SINGLE = /'(?:''|\\'|[^'])*'/y;
const DOUBLE = /"(?:""|\\"|[^"])*"/y;
const EXPONENT = /-?\d+(?:\.\d+)?e-?\d+/iy;
const DECIMAL = /-?(?:\d+\.\d*|\.\d+)(?![_A-Za-zÀ-Üà-ü])/y;
const INTEGER = /-?\d+(?![_A-Za-zÀ-Üà-ü\d])/y;
const SYMBOLS = /[<>=~!]+/y;
const WORD_OPERATORS = new RegExp(
  `(?:NOT\\s+)?(?:LIKE|ILIKE|RLIKE|REGEXP)${END}|(?:NOT\\s+)?IN${END}|IS\\s+NOT NULL${END}|IS\\s+NULL${END}`,
  'iuy',
);
const AND = new RegExp(`AND${END}`, 'iuy');

/** A number keeps its spelling: whether it is an integer decides how exactly it is compared. */
export interface NumberToken {
  text: string;
  integer: boolean;
}

/** Reads the words of a filter one after the other; `at` is the place of the next one. */
export class FilterLexer {
  readonly text: string;
  readonly field: string;
  at = 0;

  constructor(text: string, field = 'filter') {
    this.text = text;
    this.field = field;
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  fail(message: string, offset = this.at): never {
    throw new FilterError(message, offset, this.field);
  }

  /** What the pattern matches here, or undefined; moves behind it. */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  space(): boolean {
    return this.take(SPACE) !== undefined;
  }

  and(): boolean {
    return this.take(AND) !== undefined;
  }

  /** Upper case, single spaces: `not  in` is `NOT IN`. */
  operator(): string | undefined {
    return this.take(SYMBOLS) ?? this.take(WORD_OPERATORS)?.toUpperCase().replace(/\s+/gu, ' ');
  }

  number(): NumberToken | undefined {
    const float = this.take(EXPONENT) ?? this.take(DECIMAL);
    if (float !== undefined) return { text: float, integer: false };
    const integer = this.take(INTEGER);
    return integer === undefined ? undefined : { text: integer, integer: true };
  }

  /** The value between the outer quotes, nothing in it unescaped. */
  string(): string | undefined {
    return (this.take(SINGLE) ?? this.take(DOUBLE))?.slice(1, -1);
  }

  /** `entity.key` or a lone name, as written; the key may be quoted, and hold dots if it is not. */
  identifier(): string | undefined {
    const start = this.at;
    const first = this.take(BACKTICKED) ?? this.take(DOUBLE) ?? this.#name();
    if (first === undefined) return undefined;
    for (;;) {
      const end = this.at;
      this.space();
      if (this.text[this.at] !== '.') {
        this.at = end;
        return this.text.slice(start, end);
      }
      this.at += 1;
      const behindDot = this.at;
      this.space();
      const part = this.take(BACKTICKED) ?? this.take(DOUBLE) ?? this.take(SINGLE) ?? this.#name();
      if (part === undefined) this.at = behindDot;
    }
  }

  #name(): string | undefined {
    const start = this.at;
    const word = this.take(WORD);
    if (word === undefined) return undefined;
    if (RESERVED.test(word)) this.fail(`put \`${word}\` in backticks: it is a word of SQL`, start);
    if (/^\d/.test(word) && !DIGIT_NAME.test(word)) {
      this.fail(`put \`${word}\` in backticks: it reads as a number`, start);
    }
    return word;
  }
}
