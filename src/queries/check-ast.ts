import type { Reader } from '../engine/engine.ts';
import { isJson, type Json } from '../json.ts';

/** A node of a parsed statement, as the engine tells it. */
export type AstNode = Json;

export const isNode: (value: unknown) => value is AstNode = isJson;

/** The nodes under a key, whether it holds one, a list or none. */
export function nodesOf(node: AstNode, key: string): AstNode[] {
  const value = node[key];
  return (Array.isArray(value) ? value : [value]).filter(isNode);
}

/** The nodes right below a node. */
export function children(node: AstNode): AstNode[] {
  const flat = (value: unknown): AstNode[] =>
    Array.isArray(value) ? value.flatMap(flat) : isNode(value) ? [value] : [];
  return Object.values(node).flatMap(flat);
}

/** Where a node stands in the text, in bytes; sugar often leaves none. */
export function locationOf(node: AstNode): number | undefined {
  const location = node['query_location'];
  return typeof location === 'number' && Number.isSafeInteger(location) ? location : undefined;
}

/** Where a node, or the first thing inside of it, stands. */
export function firstLocation(node: AstNode): number | undefined {
  const inside = children(node).map(firstLocation);
  const known = [locationOf(node), ...inside].filter((it) => it !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

/** The column a node refers to, without its table; undefined for anything else. */
export function columnOf(node: AstNode): string | undefined {
  const names = node['class'] === 'COLUMN_REF' ? node['column_names'] : undefined;
  const last: unknown = Array.isArray(names) ? names.at(-1) : undefined;
  return typeof last === 'string' ? last : undefined;
}

/**
 * Parses a query with the engine's own parser, so that comments and strings are never taken for
 * SQL. Undefined when it cannot be told, as with `PIVOT`.
 */
export async function parseSql(reader: Reader, sql: string): Promise<AstNode | undefined> {
  const { rows } = await reader.query(
    `select json_serialize_sql(cast($1 as varchar),
      skip_null := true, skip_empty := true, skip_default := true)`,
    [sql],
  );
  const parsed: unknown = JSON.parse(String(rows[0]?.[0]));
  return isNode(parsed) && parsed['error'] === false ? parsed : undefined;
}

/** Turns byte offsets of a text into lines and columns, both counted from 1. */
export function placeFinder(text: string): (offset: number) => { line: number; column: number } {
  const bytes = Buffer.from(text);
  return (offset) => {
    const before = bytes.subarray(0, offset).toString('utf8');
    const lines = before.split('\n');
    return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
  };
}
