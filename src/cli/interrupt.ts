import type { App } from '../app.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Ctrl-C and kind end in order; a second one ends at once. Gives back a function that lets go. */
export function onInterrupt(stop: () => void | Promise<void>): () => void {
  let asked = false;
  const listener = (): void => {
    if (asked) process.exit(1);
    asked = true;
    void stop();
  };
  for (const signal of SIGNALS) process.on(signal, listener);
  return () => {
    for (const signal of SIGNALS) process.off(signal, listener);
  };
}

/** Aborted by the first signal. */
export function untilInterrupt(): AbortSignal {
  const abort = new AbortController();
  onInterrupt(() => abort.abort());
  return abort.signal;
}

/** Work that a signal ends in order: what it was writing is taken away again. */
export async function interruptible<T>(
  { syncer }: App,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  const released = onInterrupt(async () => {
    abort.abort();
    await syncer.stop();
  });
  try {
    return await work(abort.signal);
  } finally {
    released();
  }
}
