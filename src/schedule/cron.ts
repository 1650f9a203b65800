import { Cron } from 'croner';
import { RunlensError } from '../errors.ts';

export interface Schedule {
  /** The next time it runs, ms since 1970 UTC; null when never. */
  next(): number | null;
  stop(): void;
}

/**
 * Runs a task by a cron pattern (UTC; with six fields the first is seconds). A run that is still going
 * when the next is due swallows it; a task that throws is told and does not end the schedule.
 * @throws RunlensError BAD_CONFIG for a pattern that is none
 */
export function schedule(
  pattern: string,
  task: () => Promise<void>,
  onError: (error: unknown) => void,
): Schedule {
  try {
    const cron = new Cron(pattern, { timezone: 'UTC', protect: true, catch: onError }, task);
    return {
      next: () => cron.nextRun()?.getTime() ?? null,
      stop: () => cron.stop(),
    };
  } catch (error) {
    throw new RunlensError('BAD_CONFIG', `'${pattern}' is no cron pattern`, {
      cause: error,
      field: 'refresh',
      hint: "Such as '*/5 * * * *' for every five minutes.",
    });
  }
}

/** The next times of a pattern, ms since 1970 UTC. */
export function nextRuns(pattern: string, count: number): number[] {
  return new Cron(pattern, { timezone: 'UTC', paused: true })
    .nextRuns(count)
    .map((date) => date.getTime());
}
