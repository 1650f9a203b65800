import {
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type YAMLError,
} from 'yaml';

/** Where an editor can jump to; both count from 1. */
export interface Place {
  line: number;
  column: number;
}

/** A YAML or JSON text that remembers where each of its parts stands. */
export interface LocatedYaml {
  value: unknown;
  mistakes: { line: number; column?: number; message: string }[];
  /** The key or item that a path leads to, or the deepest part of it that the text has. */
  placeOf(path: readonly PropertyKey[]): Place;
  lineOf(path: readonly PropertyKey[]): number;
  /** How a value stands there that is a number, true or false otherwise written, such as 1.10. */
  otherwiseAt: (path: readonly PropertyKey[]) => string | undefined;
}

/** A YAML text whose whole numbers `plainValue` gives exactly; ids of experiments have 18 digits. */
const parseYaml = (text: string, lineCounter: LineCounter): Document =>
  parseDocument(text, { lineCounter, intAsBigInt: true });

/** What a document holds; a whole number that a double would round is its text. */
const plainValue = (document: Document): unknown =>
  document.toJS({
    reviver(_, value: unknown) {
      if (typeof value !== 'bigint') return value;
      const number = Number(value);
      return Number.isSafeInteger(number) ? number : String(value);
    },
  });

/** Where a file stops being YAML, all that follows is guessed; a key that is there twice is not. */
function firstOf(errors: readonly YAMLError[]): YAMLError[] {
  const isTwice = ({ code }: YAMLError): boolean => code === 'DUPLICATE_KEY';
  const first = errors.find((it) => !isTwice(it));
  return errors.filter((it) => it === first || (isTwice(it) && first === undefined));
}

/** What the author did, where the parser's words do not say it. */
const WORDS: readonly [said: RegExp, told: string][] = [
  [/^Source contains multiple doc/, 'one file holds one document: nothing may follow a line ---'],
  [
    /^Nested mappings/,
    'this text holds a colon: write it in quotes, or, if the next line is a key of its own, check its indentation',
  ],
  [
    /^(All mapping items|Sequence item without)/,
    'check the indentation of this key and of those above it',
  ],
  [
    /^(All sequence items|A block sequence may not)/,
    'check the indentation of this list item and of those above it',
  ],
];

function inWords({ code, message, pos }: YAMLError, document: Document): string {
  if (code === 'DUPLICATE_KEY') return `the key ${keyAt(document, pos[0])} is there twice`;
  const told = WORDS.find(([said]) => said.test(message))?.[1];
  if (told !== undefined) return told;
  const [first = 'not YAML'] = message.split('\n', 1);
  // The place stands before it.
  const said = first.replace(/ at line \d+, column \d+:?$/, '');
  const hint = ': write a text that begins with { or [ in quotes, or check the indentation';
  return code === 'UNEXPECTED_TOKEN' ? said + hint : said;
}

function keyAt(document: Document, offset: number): string {
  let found = '';
  visit(document, {
    Pair(_, { key }) {
      if (isScalar(key) && key.range?.[0] === offset) found = String(key.value);
    },
  });
  return found;
}

export function locateYaml(text: string): LocatedYaml {
  const lines = new LineCounter();
  const document = parseYaml(text, lines);
  const mistakes = firstOf(document.errors).map((error): LocatedYaml['mistakes'][number] => {
    const { line, col } = lines.linePos(error.pos[0]);
    return { line, column: col, message: inWords(error, document) };
  });
  const placeOf = (path: readonly PropertyKey[]): Place => {
    let node: unknown = document.contents;
    let start = 0;
    for (const step of path) {
      const next = stepInto(node, step);
      if (next === undefined) break;
      start = next.start ?? start;
      node = next.node;
    }
    const { line, col } = lines.linePos(start);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  let value: unknown;
  try {
    if (mistakes.length === 0) value = plainValue(document);
  } catch (error) {
    // An alias of nothing, or of too much, shows only now.
    const { line } = lines.linePos(unresolved(document) ?? 0);
    const message = error instanceof Error ? error.message : String(error);
    mistakes.push({ line: Math.max(1, line), message });
  }
  return {
    value,
    mistakes,
    placeOf,
    lineOf: (path) => placeOf(path).line,
    otherwiseAt(path) {
      const node = document.getIn(path, true);
      if (!isScalar(node) || !/^(number|bigint|boolean)$/.test(typeof node.value)) return undefined;
      return node.source === `${node.value as number}` ? undefined : node.source;
    },
  };
}

/** Where the first alias of nothing stands. */
function unresolved(document: Document): number | undefined {
  let start: number | undefined;
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) === undefined) start ??= alias.range?.[0];
    },
  });
  return start;
}

function stepInto(node: unknown, step: PropertyKey) {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
    if (pair === undefined) return undefined;
    return { node: pair.value, start: isNode(pair.key) ? pair.key.range?.[0] : undefined };
  }
  const item = isSeq(node) ? node.items[Number(step)] : undefined;
  return isNode(item) ? { node: item, start: item.range?.[0] } : undefined;
}
