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
