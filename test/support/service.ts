import { once } from 'node:events';
import { spawnCli } from './cli.ts';

export interface Service {
  url: string;
  pid: number;
  /** What it logged so far. */
  log(): string;
  /** Ends it in order; gives its exit code. */
  stop(): Promise<number | null>;
}

/** `runlens serve --port 0` in a process of its own, once it has printed its address. */
export async function startService(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Service> {
  const child = spawnCli(['serve', '--port', '0', ...args], { env });
  const closed = once(child, 'close') as Promise<[number | null]>;
  let log = '';
  child.stderr.on('data', (text: Buffer) => (log += text.toString()));
  const printed = once(child.stdout, 'data') as Promise<[Buffer]>;
  const first = await Promise.race([printed, closed.then(() => undefined)]);
  if (first === undefined || child.pid === undefined) throw new Error(`serve ended:\n${log}`);
  return {
    url: first[0].toString().trim(),
    pid: child.pid,
    log: () => log,
    async stop() {
      child.kill('SIGTERM');
      return (await closed)[0];
    },
  };
}

/** Waits for the end of the first sync: the stream of events tells of each new data version. */
export async function untilReady(url: string): Promise<void> {
  for await (const version of dataVersions(url)) {
    void version;
    if ((await fetch(`${url}/readyz`)).ok) return;
  }
}

/** Does something, and waits for the first data version after it. */
export async function afterCommit(url: string, act: () => Promise<void>): Promise<void> {
  let before: number | undefined;
  for await (const version of dataVersions(url)) {
    if (before !== undefined && version > before) return;
    if (before === undefined) {
      before = version;
      await act();
    }
  }
}

async function* dataVersions(url: string): AsyncGenerator<number> {
  const events = await fetch(`${url}/api/v1/events`, { signal: AbortSignal.timeout(120_000) });
  for await (const chunk of events.body ?? []) {
    for (const [, digits] of Buffer.from(chunk)
      .toString()
      .matchAll(/"dataVersion":(\d+)/g)) {
      yield Number(digits);
    }
  }
  throw new Error('the stream of events ended');
}
