import { basename } from 'node:path';
import { RunlensError } from '../errors.ts';
import { readTexts, type Problem } from './read-texts.ts';

/** What a query file says of itself, before any engine has seen it. */
export interface ViewFile {
  name: string;
  title: string;
  grain: string;
  columns: { name: string; description: string; line: number }[];
  file: string;
  /** The whole file, so that the engine counts lines as an editor does. */
  text: string;
  sql: string;
  /** Where the query begins in the file. */
  line: number;
}

/** Names of query files. */
export const QUERY_FILES = /\.sql$/;

const NAME = /^[a-z][a-z0-9_]*$/;
const FIELD = /^--\s?(name|title|grain|columns):\s*(.*)$/;
const COLUMN = /^--\s{2,}([A-Za-z_][A-Za-z0-9_]*):\s+(\S.*)$/;
const MORE = /^--\s{4,}(\S.*)$/;

/**
 * Reads the comment header of a query file: name, title, grain, and each column with its meaning.
 * Later lines that are indented deeper go on with a column's meaning.
 * @throws RunlensError BAD_QUERY_FILE with file:line
 */
export function parseViewFile(file: string, text: string): ViewFile {
  const lines = text.split('\n').map((line) => line.trimEnd());
  const fail = (line: number, message: string): never => {
    throw problemError({ file, line, message });
  };
  const fields = new Map<string, string>();
  const columns: ViewFile['columns'] = [];
  if (text.trim() === '') fail(1, 'the file is empty');
  let at = lines.findIndex((line) => line !== '');
  for (; lines[at]?.startsWith('--'); at++) {
    const line = lines[at] ?? '';
    const [, field, value] = FIELD.exec(line) ?? [];
    const [, column, description] = COLUMN.exec(line) ?? [];
    const last = columns.at(-1);
    const [, more] = MORE.exec(line) ?? [];
    if (field !== undefined) {
      if (fields.has(field)) fail(at + 1, `the header says ${field} twice`);
      fields.set(field, value ?? '');
    } else if (fields.has('columns') && column !== undefined && description !== undefined) {
      if (columns.some((it) => it.name === column)) fail(at + 1, `column ${column} is there twice`);
      columns.push({ name: column, description, line: at + 1 });
    } else if (last !== undefined && more !== undefined) {
      last.description += ` ${more}`;
    } else {
      fail(at + 1, 'expected `-- name:`, `-- title:`, `-- grain:`, `-- columns:` or a column');
    }
  }
  const need = (field: string): string => {
    const value = fields.get(field);
    return value || fail(1, `the header lacks ${field}`);
  };
  const name = need('name');
  if (!NAME.test(name)) fail(1, `the name ${JSON.stringify(name)} is not lower_case`);
  if (columns.length === 0) fail(1, 'the header lists no columns');
  const sql = lines.slice(at).join('\n').trim().replace(/;$/, '');
  if (sql === '') fail(at + 1, 'there is no query under the header');
  const begin = lines.findIndex((line, index) => index >= at && !/^\s*(--|$)/.test(line));
  const line = Math.max(begin, at) + 1;
  return { name, title: need('title'), grain: need('grain'), columns, file, text, sql, line };
}

export interface ViewFiles {
  files: ViewFile[];
  problems: Problem[];
  /** The views whose files cannot be read. */
  broken: string[];
}

/** All query files of some folders; in a later folder a file replaces an earlier one by name. */
export async function readViewFiles(folders: readonly string[]): Promise<ViewFiles> {
  const byName = new Map<string, ViewFile>();
  const problems: Problem[] = [];
  const broken: string[] = [];
  for (const folder of folders) {
    const here = new Set<string>();
    for (const { file: path, text, problem } of await readTexts(folder, QUERY_FILES)) {
      try {
        if (problem !== undefined) throw problemError(problem);
        const file = parseViewFile(path, text);
        if (here.has(file.name)) {
          const message = `another file here is named ${file.name}`;
          problems.push({ file: path, line: 1, message });
        }
        here.add(file.name);
        byName.set(file.name, file);
      } catch (error) {
        if (!(error instanceof QueryFileError)) throw error;
        problems.push(error.problem);
        broken.push(/^--\s?name:\s*(\w+)/m.exec(text)?.[1] ?? basename(path, '.sql'));
      }
    }
  }
  return { files: [...byName.values()], problems, broken };
}

class QueryFileError extends RunlensError {
  readonly problem: Problem;

  constructor(problem: Problem, more: string) {
    super('BAD_QUERY_FILE', `${problem.file}:${problem.line}: ${problem.message}${more}`);
    this.problem = problem;
  }
}

/** A problem as an error, saying how many more there are. */
export function problemError(problem: Problem, others = 0): RunlensError {
  return new QueryFileError(problem, others === 0 ? '' : ` (and ${others} more)`);
}
