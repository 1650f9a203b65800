import { isNode, LineCounter, parseDocument, type Document } from 'yaml';

/** A YAML text that remembers where each of its parts stands. */
export interface LocatedYaml {
  value: unknown;
  mistakes: { line: number; message: string }[];
  /** The line of the deepest part of a path that the file has; counted from 1. */
  lineOf(path: readonly PropertyKey[]): number;
}

export function locateYaml(text: string): LocatedYaml {
  const lines = new LineCounter();
  const document: Document = parseDocument(text, { lineCounter: lines });
  const mistakes = document.errors.map((error) => ({
    line: lines.linePos(error.pos[0]).line,
    message: error.message.split('\n', 1)[0] ?? 'not YAML',
  }));
  return {
    value: mistakes.length > 0 ? undefined : document.toJS(),
    mistakes,
    lineOf(path) {
      for (let depth = path.length; depth > 0; depth--) {
        const node: unknown = document.getIn(path.slice(0, depth), true);
        if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
      }
      return 1;
    },
  };
}
