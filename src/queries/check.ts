import { basename } from 'node:path';
import type { Reader } from '../engine/engine.ts';
import { parseSql, placeFinder } from './check-ast.ts';
import { notRead, type Finding } from './check-finding.ts';
import { portabilityProblems, type ColumnNames } from './check-portable.ts';
import { installViews, type ViewStore } from './catalog.ts';
import { unreadTexts, type Problem } from './read-texts.ts';
import { QUERY_FILES, readViewFiles, type ViewFile } from './view-file.ts';
import type { Catalog, View } from './view.ts';

export interface CheckQueriesOptions {
  store: ViewStore & { engine: Reader };
  /** The shipped folder first; in later ones a file replaces by name. */
  folders: readonly string[];
}

export interface CheckedQueries {
  findings: Finding[];
  /** The views that compile. */
  catalog: Catalog;
  /** Views that have a file and do not compile: what uses them is not to blame. */
  broken: ReadonlySet<string>;
  files: number;
}

/**
 * Checks every query file: its header, that the engine compiles it, that the header names the
 * columns it gives, and that it keeps to the SQL two engines can run. The store is left with the
 * views that compile.
 * @throws RunlensError BAD_CONFIG for a folder that cannot be read
 */
export async function checkQueries({
  store,
  folders,
}: CheckQueriesOptions): Promise<CheckedQueries> {
  const read = await readViewFiles(folders);
  const installed = await store.write((connection) => installViews(connection, read));
  const views = new Map(installed.views.map((view) => [view.name, view]));
  const compiled = new Set(installed.views.map((view) => view.file));
  const findings = [
    ...(await unreadTexts(folders, QUERY_FILES)).map(notRead),
    ...read.problems.map((it) => finding(it, 'query-header')),
    ...read.files.flatMap(otherName),
    ...installed.problems.map((it) =>
      finding(it, compiled.has(it.file) ? 'header-columns' : 'sql-compile'),
    ),
  ];
  const names = await columnNames(store.engine, installed.views);
  for (const file of read.files) findings.push(...(await checkPortable(store.engine, file, names)));
  const all = [...read.files.map((it) => it.name), ...read.broken];
  const broken = all.filter((name) => !views.has(name));
  return {
    findings,
    catalog: { list: () => [...views.values()], get: (name) => views.get(name) },
    broken: new Set(broken),
    files: read.files.length + read.broken.length,
  };
}

const finding = ({ file, line, message }: Problem, code: string): Finding => ({
  severity: 'error',
  file,
  line,
  code,
  message: message.replace(/^Failed to extract statements: /, ''),
});

/** Nothing keeps a view from another name than its file's; who looks for it does not find it, and it may be a slip. */
function otherName({ file, name, text }: ViewFile): Finding[] {
  if (basename(file) === `${name}.sql`) return [];
  const line = text.split('\n').findIndex((it) => /^--\s?name:/.test(it)) + 1;
  const message = `the view ${name} is not named as its file`;
  return [{ severity: 'warning', file, line, code: 'query-name', message }];
}

async function checkPortable(
  reader: Reader,
  { file, text }: ViewFile,
  names: ColumnNames,
): Promise<Finding[]> {
  const ast = await parseSql(reader, text);
  if (ast === undefined) return [];
  const place = placeFinder(text);
  return portabilityProblems(ast, text, names).map(({ offset, ...rest }) => ({
    file,
    ...place(offset),
    ...rest,
  }));
}

/** A name counts only when it is the same wherever it is used. */
async function columnNames(reader: Reader, views: readonly View[]): Promise<ColumnNames> {
  const { rows } = await reader.query(
    `select column_name, bool_and(not is_nullable), bool_and(data_type like '%INT%')
     from duckdb_columns() where schema_name = 'mirror' group by column_name`,
  );
  const others = new Set(
    views.flatMap(({ columns }) =>
      columns.filter((it) => it.type !== 'int64').map((it) => it.name),
    ),
  );
  const integers = [
    ...rows.filter(([, , integer]) => integer === true).map(([name]) => String(name)),
    ...views.flatMap(({ columns }) => columns.map((it) => it.name)),
  ];
  return {
    required: new Set(
      rows.filter(([, required]) => required === true).map(([name]) => String(name)),
    ),
    integers: new Set(integers.filter((name) => !others.has(name))),
  };
}
