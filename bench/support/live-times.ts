import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface LiveTimes {
  what: string;
  idle: number[];
  syncing: number[];
}

const READERS = 2;
const IDLE_ROUNDS = 25;
const MOST_ROUNDS = 200;

/** Each with a period of its own, so that no answer is one kept from before. */
const ADDRESSES: Record<string, (turn: number) => string> = {
  'panel of runs': (turn) =>
    `/dashboards/overview/panels/status.json?source=default&since=last_${turn + 30}d`,
  'panel of metrics': (turn) =>
    `/dashboards/metric-trends/panels/trend.json?source=default&experiment=${(turn % 50) + 1}&metric=val_loss&since=last_${turn + 60}d`,
  'Overview page': (turn) => `/dashboards/overview?source=default&since=last_${turn + 30}d`,
};

function start(script: string, ...args: string[]): ChildProcess {
  const file = fileURLToPath(new URL(script, import.meta.url));
  return spawn(process.execPath, ['--import', 'tsx', file, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}

function linesOf(child: ChildProcess): AsyncIterator<string> {
  if (child.stdout === null) throw new Error('no output');
  return createInterface({ input: child.stdout })[Symbol.asyncIterator]();
}

/** Asks for each address in turn, one reader after its own last answer, until told to stop. */
async function read(
  origin: string,
  turns: { next: number },
  goesOn: (round: number) => boolean,
): Promise<Record<string, number[]>> {
  const times: Record<string, number[]> = {};
  const reader = async (): Promise<void> => {
    for (let round = 0; goesOn(round); round++) {
      const turn = turns.next++;
      for (const [what, address] of Object.entries(ADDRESSES)) {
        const began = performance.now();
        const response = await fetch(origin + address(turn));
        await response.arrayBuffer();
        if (!response.ok) throw new Error(`${address(turn)}: ${response.status}`);
        (times[what] ??= []).push(performance.now() - began);
      }
    }
  };
  await Promise.all(Array.from({ length: READERS }, reader));
  return times;
}

/** Times readers while nothing happens, then while a first sync of another server comes in. */
export async function timeLive(
  path: string,
  folder: string,
  runs: string,
): Promise<{ seconds: number; times: LiveTimes[] }> {
  const copy = `${folder}/live.duckdb`;
  await copyFile(path, copy);
  const server = start('stored-server.ts', runs, '50');
  const { value: url } = await linesOf(server).next();
  const service = start('live-service.ts', copy, String(url));
  try {
    const said = linesOf(service);
    const { value: origin } = await said.next();
    const turns = { next: 0 };
    await read(String(origin), turns, (round) => round < 3);
    const idle = await read(String(origin), turns, (round) => round < IDLE_ROUNDS);
    let seconds: number | undefined;
    service.stdin?.write('sync\n');
    const ended = said.next().then(({ value }) => (seconds = Number(String(value).split(' ')[1])));
    const goesOn = (round: number): boolean => seconds === undefined && round < MOST_ROUNDS;
    const syncing = await read(String(origin), turns, goesOn);
    await ended;
    const times = Object.keys(ADDRESSES).map((what) => {
      return { what, idle: idle[what] ?? [], syncing: syncing[what] ?? [] };
    });
    return { seconds: seconds ?? NaN, times };
  } finally {
    const gone = once(service, 'exit');
    service.stdin?.end();
    server.kill();
    await gone;
  }
}
