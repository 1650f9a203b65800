import { parseExpression } from 'vega';

/** A part of an expression, as ESTree names it: a call, a member, a literal. */
export type ExpressionNode = Readonly<Record<string, unknown>>;

/** All parts of an expression of a spec; none when it is no expression. */
export function expressionNodes(expression: unknown): ExpressionNode[] {
  if (typeof expression !== 'string') return [];
  try {
    return within(parseExpression(expression));
  } catch {
    // Compiling the chart says so, in the compiler's words.
    return [];
  }
}

function within(node: unknown): ExpressionNode[] {
  if (Array.isArray(node)) return node.flatMap(within);
  if (!isNode(node)) return [];
  return [node, ...Object.values(node).flatMap(within)];
}

export const isNode = (value: unknown): value is ExpressionNode =>
  typeof value === 'object' && value !== null;
