import { Cron, type CronOptions } from 'croner';
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
  const cron = cronOf(pattern, { protect: true, catch: onError }, task);
  return {
    next: () => cron.nextRun()?.getTime() ?? null,
    stop: () => cron.stop(),
  };
}

/**
 * The next times of a pattern after a moment (now, by default), ms since 1970 UTC.
 * @throws RunlensError BAD_CONFIG for a pattern that is none
 */
export function nextRuns(pattern: string, count: number, after?: number): number[] {
  return cronOf(pattern, { paused: true })
    .nextRuns(count, after === undefined ? undefined : new Date(after))
    .map((date) => date.getTime());
}

function cronOf(pattern: string, options: CronOptions, task?: () => Promise<void>): Cron {
  try {
    return new Cron(pattern, { ...options, timezone: 'UTC' }, task);
  } catch (error) {
    throw new RunlensError('BAD_CONFIG', `refresh: '${pattern}' is no cron pattern`, {
      cause: error,
      field: 'refresh',
      hint: "Such as '*/5 * * * *' for every five minutes, or off.",
    });
  }
}
