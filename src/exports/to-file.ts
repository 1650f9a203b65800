import { createHash, randomBytes } from 'node:crypto';
import { open, rename, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { RunlensError } from '../errors.ts';
import { openExport, type ExportDeps, type ExportRequest } from './export.ts';
import { manifestText, type Manifest } from './manifest.ts';

export interface ToFileOptions {
  /** Also writes PATH.manifest.json. */
  manifest?: boolean;
  signal?: AbortSignal;
  /** Where `-` goes. */
  stdout?: Writable;
}

/**
 * Writes an export to a file, or to stdout for `-`. The file is written beside its place and renamed
 * when it is whole, so that a reader never sees half; a failure leaves nothing.
 * @throws RunlensError WRITE_FAILED, and what openExport throws
 */
export async function exportToFile(
  deps: ExportDeps,
  request: ExportRequest,
  path: string,
  { manifest: beside = false, signal, stdout = process.stdout }: ToFileOptions = {},
): Promise<Manifest> {
  const { body, manifest, close } = await openExport(deps, request, signal);
  const hash = createHash('sha256');
  async function* hashed(): AsyncGenerator<Uint8Array> {
    for await (const piece of body) {
      hash.update(piece);
      yield piece;
    }
  }
  try {
    if (path === '-') await writeTo(stdout, hashed());
    else await writeWhole(path, hashed());
  } finally {
    close();
  }
  const whole = { ...manifest, sha256: hash.digest('hex') };
  if (beside && path !== '-') {
    const text = manifestText(whole, 2);
    await writing(path, () => writeFile(`${path}.manifest.json`, `${text}\n`));
  }
  return whole;
}

async function writeWhole(path: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
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

async function writeTo(out: Writable, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const piece of pieces) if (!out.write(piece)) await once(out, 'drain');
}

async function writing<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RunlensError('WRITE_FAILED', `cannot write ${path}: ${reason}`, { cause: error });
  }
}
