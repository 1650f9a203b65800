import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { RunlensError } from '../errors.ts';

/** A mistake in a file, where an editor can jump to it. */
export interface Problem {
  file: string;
  /** Counted from 1. */
  line: number;
  message: string;
}

/** A file of a folder, read or not. */
export interface TextFile {
  name: string;
  file: string;
  text: string;
  /** Why there is no text. */
  problem: Problem | undefined;
}

/** Far more than anybody writes by hand, and nothing that a page would wait for. */
const MOST_BYTES = 4_000_000;

/**
 * The texts of a folder whose names end so, in the order of their names. A file that cannot be read
 * as text is one with a problem: the others are not to blame.
 * @throws RunlensError BAD_CONFIG for a folder that cannot be read
 */
export async function readTexts(folder: string, suffix: RegExp): Promise<TextFile[]> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    throw new RunlensError('BAD_CONFIG', `cannot read the folder ${folder}`, { cause: error });
  }
  // Editors keep locks and backups under names that begin with a dot.
  const wanted = names.filter((name) => suffix.test(name) && !name.startsWith('.')).sort();
  return Promise.all(wanted.map((name) => readText(name, join(folder, name))));
}

const NOT_READ =
  'is not read, since it lies in a subfolder: move it up, or list the subfolder in the configuration';

/** Files one folder deeper whose names end so: nobody reads them, unless that folder is listed too. */
export async function unreadTexts(folders: readonly string[], suffix: RegExp): Promise<Problem[]> {
  const listed = new Set(folders.map((folder) => resolve(folder)));
  const list = async (folder: string) => {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    const seen = entries.filter(({ name }) => !name.startsWith('.'));
    return seen.map((it) => ({ path: join(folder, it.name), isFolder: it.isDirectory() }));
  };
  const names = (await Promise.all(folders.map(list))).flat();
  const deeper = names.filter(({ path, isFolder }) => isFolder && !listed.has(resolve(path)));
  const below = (await Promise.all(deeper.map(({ path }) => list(path)))).flat();
  return below
    .filter(({ path }) => suffix.test(path))
    .map(({ path }) => ({ file: path, line: 1, message: NOT_READ }));
}

async function readText(name: string, file: string): Promise<TextFile> {
  const failed = (message: string, line = 1): TextFile => {
    return { name, file, text: '', problem: { file, line, message } };
  };
  let bytes: Buffer;
  try {
    const found = await stat(file);
    if (!found.isFile()) return failed('not a file');
    if (found.size > MOST_BYTES) return failed(`larger than ${MOST_BYTES / 1e6} MB`);
    bytes = await readFile(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const gone = 'cannot be read: it is gone, or a link that leads nowhere';
    return failed(code === 'ENOENT' ? gone : `cannot be read: ${code}`);
  }
  try {
    // A byte order mark is no part of the text.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { name, file, text, problem: undefined };
  } catch {
    const [before = ''] = bytes.toString('utf8').split('\uFFFD', 1);
    return failed('not UTF-8: save the file in that encoding', before.split('\n').length);
  }
}
