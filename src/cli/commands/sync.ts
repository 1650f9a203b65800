import { openApp, refuseMixing } from '../../app.ts';
import { loadConfig, type Flags } from '../../config.ts';
import type { SyncResult } from '../../ingest/syncer.ts';
import { counted } from '../counted.ts';
import { errorLine } from '../error-line.ts';
import { progressLine } from '../progress.ts';
import { onInterrupt } from '../interrupt.ts';

export interface SyncFlags extends Flags {
  full?: true;
  source?: string;
  json?: true;
}

/** `runlens sync`: one pass over every source, one summary line each. */
export async function sync(flags: SyncFlags): Promise<void> {
  const app = await openApp(loadConfig(flags, { only: flags.source }), { only: flags.source });
  const progress = progressLine();
  const released = onInterrupt(() => app.syncer.stop());
  let results: SyncResult[];
  try {
    refuseMixing(app);
    results = await app.syncer.run({
      mode: flags.full ? 'full' : 'incremental',
      onProgress: (now) => progress.update(now),
    });
  } finally {
    released();
    progress.end();
    await app.close();
  }
  const failed = results.find((result) => result.error !== undefined);
  if (flags.json) process.stdout.write(`${JSON.stringify({ sources: results.map(toJson) })}\n`);
  else if (results.length > 1 || failed === undefined) results.forEach(print);
  if (failed?.error === undefined) return;
  // With one source its error is the command's; with several each has been told.
  if (results.length === 1) throw failed.error;
  process.exitCode = failed.error.exitCode;
}

function print({ source, report, error }: SyncResult): void {
  if (report === undefined) {
    if (error !== undefined) process.stderr.write(errorLine(error, source));
    return;
  }
  const { counts } = report;
  process.stdout.write(
    `${source}: ${counted(report.experiments, 'experiment')}, ${counted(counts.seen, 'run')} read: ` +
      `${counts.inserted} new, ${counts.updated} changed, ${counts.unchanged} unchanged, ` +
      `${counts.removed} removed; ${report.requests} requests, ${report.retries} retries, ` +
      `${(report.tookMs / 1000).toFixed(1)} s\n`,
  );
}

function toJson({ source, report, error }: SyncResult): object {
  if (report === undefined) {
    return {
      source,
      status: 'failed',
      error: { code: error?.code, message: error?.message, hint: error?.hint },
    };
  }
  const { counts, tookMs, syncId, ...rest } = report;
  return { ...rest, sync_id: syncId, ...counts, took_ms: tookMs };
}
