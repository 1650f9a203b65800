import type { DuckDBConnection } from '@duckdb/node-api';
import { readerOn } from '../engine/duckdb-reader.ts';
import { quoteIdentifier } from './select.ts';
import { viewCauses, type FailedView } from './causes.ts';
import type { Problem } from './read-texts.ts';
import { problemError, readViewFiles, type ViewFile, type ViewFiles } from './view-file.ts';
import type { Catalog, View } from './view.ts';

/** The store's write queue: each task is one transaction, undone when it throws. */
export interface ViewStore {
  write<T>(task: (connection: DuckDBConnection) => Promise<T>): Promise<T>;
}

export interface CatalogOptions {
  store: ViewStore;
  /** The shipped folder first; in later ones a file replaces by name. */
  folders: readonly string[];
}

export interface OpenCatalog extends Catalog {
  /** Reads the folders again. On a mistake it throws, and the views stay as they were. */
  reload(): Promise<void>;
}

/** @throws RunlensError BAD_QUERY_FILE with file:line, BAD_CONFIG for a folder that cannot be read */
export async function openCatalog({ store, folders }: CatalogOptions): Promise<OpenCatalog> {
  let views = new Map<string, View>();
  const catalog: OpenCatalog = {
    list: () => [...views.values()],
    get: (name) => views.get(name),
    async reload() {
      const read = await readViewFiles(folders);
      throwFirst(read.problems);
      const installed = await store.write(async (connection) => {
        const result = await installViews(connection, read);
        throwFirst(result.problems);
        return result.views;
      });
      views = new Map(installed.map((view) => [view.name, view]));
    },
  };
  await catalog.reload();
  return catalog;
}

function throwFirst(problems: readonly Problem[]): void {
  const [first] = problems;
  if (first !== undefined) throw problemError(first, problems.length - 1);
}

/**
 * Makes the engine's views exactly these files. Views may use each other: those that fail are tried
 * again until a round brings nothing new, which needs no guess at what a query refers to.
 */
export async function installViews(
  connection: DuckDBConnection,
  { files, broken }: Pick<ViewFiles, 'files' | 'broken'>,
): Promise<{ views: View[]; problems: Problem[] }> {
  await dropViews(connection);
  const views: View[] = [];
  const problems: Problem[] = [];
  let waiting = [...files];
  while (waiting.length > 0) {
    const failed: FailedView[] = [];
    for (const file of waiting) {
      const problem = await createView(connection, file);
      if (problem !== undefined) failed.push({ file, problem });
      else {
        const { view, mistakes } = await describeView(connection, file);
        views.push(view);
        problems.push(...mistakes);
      }
    }
    if (failed.length === waiting.length) {
      problems.push(...viewCauses(failed, broken));
      break;
    }
    waiting = failed.map((it) => it.file);
  }
  return { views: views.sort((a, b) => (a.name < b.name ? -1 : 1)), problems };
}

async function dropViews(connection: DuckDBConnection): Promise<void> {
  const found = await connection.runAndReadAll(
    `select view_name from duckdb_views() where not internal and schema_name = 'main'`,
  );
  for (const [name] of found.getRows()) {
    await connection.run(`drop view main.${quoteIdentifier(String(name))}`);
  }
}

/** What the engine says on a line of its own of names that may have been meant. */
const HINT = /^(Did you mean|Candidate bindings)\b/;

async function createView(
  connection: DuckDBConnection,
  { name, file, text, line: begin }: ViewFile,
): Promise<Problem | undefined> {
  const body = text.trimEnd().replace(/;$/, '');
  try {
    const statement = `create view main.${quoteIdentifier(name)} as ${body}`;
    const { count } = await connection.extractStatements(statement);
    if (count !== 1) return { file, line: begin, message: 'more than one statement' };
    await connection.run(statement);
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const line = Number(/^LINE (\d+):/m.exec(message)?.[1] ?? begin);
    const [first = message, hint = ''] = message.split('\n');
    return { file, line, message: HINT.test(hint) ? `${first} ${hint}` : first };
  }
}

async function describeView(
  connection: DuckDBConnection,
  { name, title, grain, file, sql, columns }: ViewFile,
): Promise<{ view: View; mistakes: Problem[] }> {
  const real = await readerOn(connection).describe(`select * from main.${quoteIdentifier(name)}`);
  const said = new Map(columns.map((column) => [column.name, column]));
  const mistakes: Problem[] = [];
  for (const { name } of real) {
    if (!said.has(name))
      mistakes.push({ file, line: 1, message: `the header lacks column ${name}` });
  }
  for (const { name, line } of columns) {
    if (real.every((column) => column.name !== name)) {
      mistakes.push({ file, line, message: `the query gives no column ${name}` });
    }
  }
  const described = real.map((column) => ({
    ...column,
    description: said.get(column.name)?.description ?? '',
  }));
  return { view: { name, title, grain, columns: described, file, sql }, mistakes };
}
