import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { openExport, type ExportDeps, type ExportRequest } from './export.ts';
import { manifestText, type Manifest } from './manifest.ts';
import { writeWhole } from './write-whole.ts';

export interface ToFileOptions {
  /** Also writes PATH.manifest.json. */
  manifest?: boolean;
  signal?: AbortSignal;
  /** Where `-` goes. */
  stdout?: Writable;
}

/**
 * Writes an export to a file, or to stdout for `-`.
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
    await writeWhole(`${path}.manifest.json`, [`${manifestText(whole, 2)}\n`]);
  }
  return whole;
}

async function writeTo(out: Writable, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const piece of pieces) if (!out.write(piece)) await once(out, 'drain');
}
