import { randomBytes } from 'node:crypto';
import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import { RunlensError } from '../errors.ts';

/**
 * Writes a file beside its place and renames it when it is whole, so that a reader never sees half; a failure
 * leaves nothing.
 * @throws RunlensError WRITE_FAILED, and what the pieces throw
 */
export async function writeWhole(
  path: string,
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array | string>,
): Promise<void> {
  const place = await placeOf(path);
  const draft = place === undefined ? path : `${place}.${randomBytes(6).toString('hex')}.part`;
  try {
    const file = await writing(path, () => open(draft, place === undefined ? 'w' : 'wx'));
    try {
      for await (const piece of pieces) await writing(path, () => file.appendFile(piece));
      if (place !== undefined) await writing(path, () => file.sync());
    } finally {
      await file.close();
    }
    if (place !== undefined) await writing(path, () => rename(draft, place));
  } catch (error) {
    if (place !== undefined) await rm(draft, { force: true });
    throw error;
  }
}

/** Where the file lies, behind links; undefined for what no file may take the place of: a pipe, a device. */
async function placeOf(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return path;
  return found.isFile() || found.isDirectory() ? realpath(path) : undefined;
}

async function writing<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RunlensError('WRITE_FAILED', `cannot write ${path}: ${reason}`, {
      cause: error,
      field: 'out',
    });
  }
}
