import { parseExpression } from 'vega';
import { isJson, type Json } from '../json.ts';

/** All parts of an expression of a spec, as ESTree names them: calls, members, literals; none when it is none. */
export function expressionNodes(expression: unknown): Json[] {
  if (typeof expression !== 'string') return [];
  try {
    return within(parseExpression(expression));
  } catch {
    // Compiling the chart says so, in the compiler's words.
    return [];
  }
}

function within(node: unknown): Json[] {
  if (Array.isArray(node)) return node.flatMap(within);
  if (!isJson(node)) return [];
  return [node, ...Object.values(node).flatMap(within)];
}
