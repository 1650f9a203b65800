import { isMap, isNode, isScalar, isSeq, LineCounter, visit, type Document } from 'yaml';
import { parseYaml, plainValue } from '../yaml.ts';

/** Where an editor can jump to; both count from 1. */
export interface Place {
  line: number;
  column: number;
}

/** A YAML or JSON text that remembers where each of its parts stands. */
export interface LocatedYaml {
  value: unknown;
  mistakes: { line: number; message: string }[];
  /** The key or item that a path leads to, or the deepest part of it that the text has. */
  placeOf(path: readonly PropertyKey[]): Place;
  lineOf(path: readonly PropertyKey[]): number;
}

export function locateYaml(text: string): LocatedYaml {
  const lines = new LineCounter();
  const document = parseYaml(text, lines);
  const mistakes = document.errors.map((error) => ({
    line: lines.linePos(error.pos[0]).line,
    message: error.message.split('\n', 1)[0] ?? 'not YAML',
  }));
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
