import type { App } from '../app.ts';

/** What is taken from a mirror that was never synced would be empty, and a wrong answer. */
export async function syncIfEmpty({ store, syncer }: App): Promise<void> {
  if (store.state().sources.some((source) => source.lastSyncAt !== null)) return;
  process.stderr.write('runlens: the mirror is empty, syncing first\n');
  for (const { error } of await syncer.run()) if (error !== undefined) throw error;
}
