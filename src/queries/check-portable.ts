import {
  children,
  columnOf,
  firstLocation,
  isNode,
  locationOf,
  nodesOf,
  type AstNode,
} from './check-ast.ts';
import { functionProblem, givesInteger } from './check-functions.ts';

/** Something of the statement that another engine would not take, or not take the same way. */
export interface PortabilityProblem {
  severity: 'error' | 'warning';
  /** Bytes from the start of the text. */
  offset: number;
  code: string;
  message: string;
}

/** What is known of columns by their names, wherever they come from. */
export interface ColumnNames {
  /** Never null in the mirror. */
  required: ReadonlySet<string>;
  /** Integers wherever the name is used. */
  integers: ReadonlySet<string>;
}

const TYPES: ReadonlySet<string> = new Set(
  (
    'BOOLEAN TINYINT SMALLINT INTEGER BIGINT FLOAT DOUBLE DECIMAL VARCHAR DATE TIME TIMESTAMP ' +
    'TIMESTAMP_MS TIMESTAMP_S TIMESTAMP_NS'
  ).split(' '),
);
const INTERVAL = /^to_(years|months|weeks|days|hours|minutes|seconds|milliseconds|microseconds)$/;
const JOINS: ReadonlySet<unknown> = new Set(['SEMI', 'ANTI', 'ASOF', 'POSITIONAL', 'NATURAL']);

/**
 * Finds what leaves the SQL that two engines can run. The text is asked only where the parser
 * gives the same tree for two spellings, and only at the place it names.
 */
export function portabilityProblems(
  ast: AstNode,
  text: string,
  names: ColumnNames,
): PortabilityProblem[] {
  const bytes = Buffer.from(text);
  const problems: PortabilityProblem[] = [];
  const spelled = (at: number | undefined, word: string): boolean =>
    at !== undefined &&
    bytes
      .subarray(at, at + word.length)
      .toString()
      .toLowerCase() === word;

  const groupAlls = groupAllPlaces(text);
  const visit = (node: AstNode, above: number): void => {
    const own = locationOf(node);
    const at = own ?? firstLocation(node) ?? above;
    const report = (message: string, place = node): void => {
      const offset = locationOf(place) ?? firstLocation(place) ?? at;
      problems.push({ severity: 'error', offset, code: 'not-portable', message });
    };
    if (isInterval(node)) {
      if (!quotedInterval(node)) report("an interval's number needs quotes: interval '1' day");
      return;
    }
    for (const message of [...expressionProblems(node, names), ...tableProblems(node)]) {
      report(message);
    }
    for (const { message, place } of queryProblems(node, groupAlls)) report(message, place);
    if (node['class'] === 'FUNCTION' || node['class'] === 'WINDOW') {
      const name = String(node['function_name']);
      const problem = functionProblem(name);
      const extract = name === 'date_part' && spelled(own, 'extract');
      if (problem !== undefined && !extract) report(problem);
    }
    if (node['class'] === 'CAST' && spelled(own, '::')) report('write cast(… as …) for ::');
    if (node['type'] === 'COMPARE_EQUAL' && spelled(own, '==')) report('write = for ==');
    for (const order of unorderedNulls(node, names)) {
      const message = 'engines differ on where nulls go: write nulls last (or nulls first)';
      const offset = locationOf(order) ?? at;
      problems.push({ severity: 'warning', offset, code: 'nulls-order', message });
    }
    for (const child of children(node)) visit(child, at);
  };
  visit(ast, 0);
  return problems;
}

function isInterval(node: AstNode): boolean {
  const [child] = nodesOf(node, 'children');
  return (
    INTERVAL.test(String(node['function_name'])) &&
    child?.['class'] === 'CAST' &&
    locationOf(child) === undefined
  );
}

function quotedInterval(node: AstNode): boolean {
  const constant = (it: AstNode): AstNode | undefined =>
    it['class'] === 'CONSTANT' ? it : children(it).map(constant).find(isNode);
  return typeOf(constant(node)?.['value']) === 'VARCHAR';
}

function expressionProblems(node: AstNode, names: ColumnNames): string[] {
  const problems: string[] = [];
  if (isNode(node['filter']) || isNode(node['filter_expr'])) {
    problems.push('write case … when inside for FILTER (WHERE …)');
  }
  if (node['class'] === 'LAMBDA') problems.push('lambdas are not in the portable subset');
  if (node['type'] === 'ARRAY_EXTRACT' || node['type'] === 'ARRAY_SLICE') {
    problems.push('no access by [ ]: lists and maps are not in the portable subset');
  }
  if (node['type'] === 'STRUCT_EXTRACT') problems.push('no structs in the portable subset');
  if (node['class'] === 'PARAMETER') problems.push('a view takes no parameters');
  if (node['class'] === 'STAR') {
    const changed = ['exclude_list', 'qualified_exclude_list', 'replace_list', 'rename_list'];
    if (changed.some((it) => Array.isArray(node[it]) && node[it].length > 0)) {
      problems.push('list the columns: * EXCLUDE, REPLACE and RENAME are not portable');
    } else if (node['columns'] === true) problems.push('list the columns: COLUMNS is not portable');
  }
  const type = typeOf(node['cast_type']);
  if (node['class'] === 'CAST' && type !== undefined && !TYPES.has(type)) {
    problems.push(`the type ${type} is not in the portable subset`);
  }
  const [left, right] = node['function_name'] === '/' ? nodesOf(node, 'children') : [];
  if (left && right && isInteger(left, names) && isInteger(right, names)) {
    problems.push('engines differ on / of integers: cast one side to double');
  }
  return problems;
}

/** The parser does not say where, and the words may stand in a comment, a text or a name as well. */
function groupAllPlaces(text: string): AstNode[] {
  const parts = /'[^']*'|"[^"]*"|--.*|\/\*[^]*?\*\/|(\bgroup\s+by\s+(?:all\b|\*))/gi;
  return [...text.matchAll(parts)]
    .filter(([, words]) => words !== undefined)
    .map(({ index }) => ({ query_location: Buffer.byteLength(text.slice(0, index)) }));
}

function queryProblems(node: AstNode, groupAlls: AstNode[]): { message: string; place: AstNode }[] {
  const [from] = nodesOf(node, 'from_table');
  const [first] = nodesOf(node, 'select_list');
  const [qualify] = nodesOf(node, 'qualify');
  const [distinct] = nodesOf(node, 'modifiers').flatMap((it) => nodesOf(it, 'distinct_on_targets'));
  const orderAll = nodesOf(node, 'orders')
    .flatMap((it) => nodesOf(it, 'expression'))
    .find((it) => it['class'] === 'STAR');
  const found: [string, AstNode | false | undefined][] = [
    ['write a subquery with where for QUALIFY', qualify],
    ['write row_number() in a subquery for DISTINCT ON', distinct],
    [
      'name the columns to group by: GROUP BY ALL is not portable',
      node['aggregate_handling'] === 'FORCE_AGGREGATES' && (groupAlls.shift() ?? node),
    ],
    ['UNION BY NAME is not portable', node['setop_type'] === 'UNION_BY_NAME' && node],
    ['samples are not portable', isNode(node['sample']) && node],
    ['name the columns to order by: ORDER BY ALL is not portable', orderAll],
    ['repeat the expression to group by: an alias there is not portable', groupedByAlias(node)],
    ['begin with select: FROM first is not portable', fromFirst(from, first) && from],
  ];
  return found.flatMap(([message, place]) => (place ? [{ message, place }] : []));
}

/** A name that only the list of what is selected gives to an expression. */
function groupedByAlias(node: AstNode): AstNode | undefined {
  const aliases = nodesOf(node, 'select_list')
    .filter((it) => columnOf(it) !== it['alias'])
    .map((it) => it['alias']);
  return nodesOf(node, 'group_expressions').find((it) => {
    const names = it['column_names'];
    return Array.isArray(names) && names.length === 1 && aliases.includes(names[0]);
  });
}

function fromFirst(from: AstNode | undefined, first: AstNode | undefined): boolean {
  if (from?.['type'] !== 'BASE_TABLE' || first === undefined) return false;
  const [table, column] = [locationOf(from), locationOf(first)];
  if (table === undefined || column === undefined) return false;
  // Where nothing is selected, a star is made up at the word `from`, five bytes or more before.
  return table < column || (first['class'] === 'STAR' && table - column <= FROM_WORD);
}

const FROM_WORD = 'from '.length;

function tableProblems(node: AstNode): string[] {
  const join = JOINS.has(node['join_type']) ? node['join_type'] : node['ref_type'];
  if (node['type'] === 'JOIN' && JOINS.has(join)) return [`${String(join)} JOIN is not portable`];
  if (node['type'] === 'TABLE_FUNCTION') return ['table functions are not in the portable subset'];
  if (node['type'] === 'SHOW_REF') return ['DESCRIBE and SUMMARIZE are not queries of a view'];
  return [];
}

/** The keys of ORDER BY, of a query or a window, that may be null and do not say where nulls go. */
function unorderedNulls(node: AstNode, { required }: ColumnNames): AstNode[] {
  return nodesOf(node, 'orders')
    .filter((it) => it['null_order'] === 'ORDER_DEFAULT')
    .flatMap((it) => nodesOf(it, 'expression'))
    .filter((it) => !required.has(columnOf(it) ?? ''));
}

function isInteger(node: AstNode, names: ColumnNames): boolean {
  if (node['class'] === 'CONSTANT') return /INT/.test(typeOf(node['value']) ?? '');
  if (node['class'] === 'CAST') return /INT/.test(typeOf(node['cast_type']) ?? '');
  if (node['class'] === 'FUNCTION' || node['class'] === 'WINDOW') {
    const gives = givesInteger(String(node['function_name']));
    if (gives !== 'of integers') return gives === 'always';
    const given = nodesOf(node, 'children');
    return given.length > 0 && given.every((it) => isInteger(it, names));
  }
  return names.integers.has(columnOf(node) ?? '');
}

/** `{id: …}`, or a constant's `{type: {id: …}}`. */
function typeOf(value: unknown): string | undefined {
  if (!isNode(value)) return undefined;
  const { id, type } = value;
  return typeof id === 'string' ? id : typeOf(type);
}
