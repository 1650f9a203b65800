import { parseDocument, type Document, type LineCounter } from 'yaml';

/** A YAML text whose whole numbers `plainValue` gives exactly; ids of experiments have 18 digits. */
export const parseYaml = (text: string, lineCounter: LineCounter): Document =>
  parseDocument(text, { lineCounter, intAsBigInt: true });

/** What a document holds; a whole number that a double would round is its text. */
export const plainValue = (document: Document): unknown =>
  document.toJS({
    reviver(_, value: unknown) {
      if (typeof value !== 'bigint') return value;
      const number = Number(value);
      return Number.isSafeInteger(number) ? number : String(value);
    },
  });
