import type { SyncProgress } from '../ingest/sync.ts';

const WIDTH = 24;

/** A line on stderr that redraws itself while syncs run; nothing unless stderr is a terminal. */
export function progressLine(stream: NodeJS.WriteStream = process.stderr) {
  const began = performance.now();
  const now = new Map<string, SyncProgress>();
  let drawn = 0;
  return {
    update(progress: Readonly<SyncProgress>): void {
      if (!stream.isTTY) return;
      now.set(progress.source, { ...progress });
      if (performance.now() - drawn < 80) return;
      drawn = performance.now();
      stream.write(`\r\u001b[K${describe([...now.values()], performance.now() - began)}`);
    },
    end(): void {
      if (drawn > 0) stream.write('\r\u001b[K');
    },
  };
}

/** Experiments, runs, rate and the time left at this pace. */
export function describe(all: readonly SyncProgress[], elapsedMs: number): string {
  const sum = (of: (progress: SyncProgress) => number): number =>
    all.reduce((total, progress) => total + of(progress), 0);
  const done = sum((progress) => progress.experimentsDone);
  const total = sum((progress) => progress.experiments);
  const runs = sum((progress) => progress.runs);
  const share = total === 0 ? 0 : done / total;
  const filled = Math.round(share * WIDTH);
  const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
  const seconds = elapsedMs / 1000;
  const left = share > 0.05 ? `, ${duration((seconds / share) * (1 - share))} left` : '';
  const rate = seconds > 1 ? ` (${Math.round(runs / seconds)}/s${left})` : '';
  const phase = all.map((progress) => progress.phase)[0] ?? '';
  return `${bar} ${done}/${total} experiments, ${runs} runs${rate} ${phase}`;
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return `${Math.ceil(seconds / 60)} min`;
}
