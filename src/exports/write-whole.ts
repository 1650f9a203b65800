import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
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
  const draft = `${path}.${randomBytes(6).toString('hex')}.part`;
  try {
    const file = await writing(path, () => open(draft, 'wx'));
    try {
      for await (const piece of pieces) await writing(path, () => file.appendFile(piece));
      await writing(path, () => file.sync());
    } finally {
      await file.close();
    }
    await writing(path, () => rename(draft, path));
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
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
