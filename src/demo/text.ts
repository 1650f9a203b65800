/**
 * The recorded answers are kept as text and cut, never printed anew, so that every number, escape
 * and field order leaves this server as it left the real one. That works since MLflow prints JSON
 * with an indent of two, and a JSON string holds no raw line break: a line is always structure.
 */
const LAST_LINE = '\n    }';

/** The objects of the array that is the first field of a printed page, each as its own text. */
export function itemsOf(page: string): string[] {
  const start = page.indexOf('[\n    {');
  if (start < 0) return [];
  const end = page.lastIndexOf(LAST_LINE + '\n  ]') + LAST_LINE.length;
  const items = page.slice(start + 2, end).split(LAST_LINE + ',\n');
  return items.map((item, index) => (index < items.length - 1 ? item + LAST_LINE : item));
}

/** The same text as if it stood `spaces` further left. */
export function outdent(text: string, spaces: number): string {
  return text.replaceAll(`\n${' '.repeat(spaces)}`, '\n').slice(spaces);
}

/** A page as the server prints it; one without items is `{}`, whatever it is a page of. */
export function printPage(field: string, items: readonly string[], token?: string): string {
  if (items.length === 0) return '{}';
  const next = token === undefined ? '' : `,\n  "next_page_token": "${token}"`;
  return `{\n  "${field}": [\n${items.join(',\n')}\n  ]${next}\n}`;
}

/** `{"run": …}` of a text cut out of a page. */
export function printOne(field: string, item: string): string {
  return `{\n  "${field}": ${outdent(item, 2).trimStart()}\n}`;
}

const NOT_ASCII = /[\u007f-\uffff]/g;

/** One line, as Python's `json.dumps` prints it: errors come that way. */
export function printLine(fields: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(fields).map(([key, value]) => `"${key}": ${ascii(value)}`);
  return `{${pairs.join(', ')}}`;
}

function ascii(value: string): string {
  return JSON.stringify(value).replace(NOT_ASCII, (unit) =>
    unit === '\u007f' ? unit : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
