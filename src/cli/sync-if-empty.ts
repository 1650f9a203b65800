import type { App } from '../app.ts';
import { isSample } from '../store/state.ts';
import { errorLine } from './error-line.ts';

/**
 * What is taken from a mirror that was never synced would be empty, and a wrong answer. Where only some of
 * its sources were, the others are named, and the sample is never taken for a team's own runs.
 * @throws RunlensError when no source can be synced
 */
export async function syncIfEmpty({ store, syncer, config }: App): Promise<void> {
  const isSynced = (name: string): boolean =>
    store.state().sources.some(({ source, lastSyncAt }) => source === name && lastSyncAt !== null);
  const isEmpty = (): boolean =>
    store.state().sources.every((source) => source.lastSyncAt === null);
  if (isEmpty()) {
    process.stderr.write('runlens: the mirror is empty, syncing first\n');
    for (const { source, error } of await syncer.run()) {
      if (error === undefined) continue;
      if (isEmpty()) throw error;
      process.stderr.write(errorLine(error, source));
    }
  }
  if (isSample(store.state()) && config.sources.length === 0) {
    process.stderr.write(
      'runlens: no tracking server is configured: these are runs of the embedded sample\n',
    );
  }
  for (const { name } of config.sources.filter((source) => !isSynced(source.name))) {
    process.stderr.write(`runlens: ${name} was never synced to the end: runs of it are missing\n`);
  }
}
