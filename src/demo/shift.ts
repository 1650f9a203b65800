const DAY = 86_400_000;

/**
 * How many whole days bring a recording up to date without any of its times in the future: its
 * newest run, started half an hour before `recordedAt`, then is about a day old at the most.
 * Whole days keep the nightly jobs at night.
 */
export function daysToShift(recordedAt: Date, now: Date): number {
  return Math.max(0, Math.floor((now.getTime() - recordedAt.getTime()) / DAY));
}

const TIME =
  /^( *"(?:start_time|end_time|timestamp|creation_time|last_update_time)": )(\d+)(,?)$/gm;

/** Moves every time in a printed answer; 0 means "not known" there and stays. */
export function shiftTimes(page: string, days: number): string {
  if (days === 0) return page;
  const by = BigInt(days * DAY);
  return page.replace(TIME, (line, name: string, digits: string, comma: string) =>
    digits === '0' ? line : `${name}${BigInt(digits) + by}${comma}`,
  );
}
