/** A span of time, ms since 1970 UTC: from inclusive, to exclusive. Null ends are open. */
export interface Span {
  from: number | null;
  to: number | null;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const RELATIVE = /^last_([1-9]\d{0,3})([hdwmy])$/;
const ABSOLUTE = /^(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)$/;
const UNITS: Record<string, string> = { h: 'hour', d: 'day', w: 'week', m: 'month', y: 'year' };

/** The relative ranges that a page offers. */
export const PRESETS = ['last_24h', 'last_7d', 'last_30d', 'last_90d', 'last_1y', 'all'];

/**
 * A range as an address holds it: `last_7d`, `today`, `all` or `2026-01-01..2026-03-31` (both days
 * included). Relative ranges end with the current UTC day (hours: with the current hour), so that
 * they change, and caches with them, once a day. Undefined when it is none of these.
 */
export function parseRange(text: string, now: number): Span | undefined {
  if (text === 'all') return { from: null, to: null };
  const tomorrow = Math.floor(now / DAY) * DAY + DAY;
  if (text === 'today') return { from: tomorrow - DAY, to: tomorrow };
  const [, count, unit] = RELATIVE.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return relative(Number(count), unit, now);
  const [, first, last] = ABSOLUTE.exec(text) ?? [];
  if (first === undefined || last === undefined) return undefined;
  const [from, to] = [day(first), day(last)];
  return from === undefined || to === undefined || to < from ? undefined : { from, to: to + DAY };
}

function relative(count: number, unit: string, now: number): Span {
  if (unit === 'h') {
    const to = Math.floor(now / HOUR) * HOUR + HOUR;
    return { from: to - count * HOUR, to };
  }
  const to = Math.floor(now / DAY) * DAY + DAY;
  if (unit === 'd') return { from: to - count * DAY, to };
  if (unit === 'w') return { from: to - count * 7 * DAY, to };
  const from = new Date(to);
  if (unit === 'm') from.setUTCMonth(from.getUTCMonth() - count);
  else from.setUTCFullYear(from.getUTCFullYear() - count);
  // JavaScript takes the 31st of February for the 3rd of March, and a month would be 28 days of March.
  if (from.getUTCDate() !== new Date(to).getUTCDate()) from.setUTCDate(0);
  return { from: from.getTime(), to };
}

/** Midnight UTC of a calendar day; undefined for one like 2026-02-30. */
function day(text: string): number | undefined {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text) ? time : undefined;
}

/** The span of the same length that ends where this one begins; undefined when it has no such. */
export function previousSpan({ from, to }: Span): Span | undefined {
  return from === null || to === null ? undefined : { from: from - (to - from), to: from };
}

/** In words, for labels: `last 90 days`, `2026-01-01 to 2026-03-31`; a single day is just that day. */
export function describeRange(text: string): string {
  if (text === 'all') return 'all time';
  const [, count, unit] = RELATIVE.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) {
    const word = UNITS[unit] ?? '';
    return count === '1' ? `last ${word}` : `last ${count} ${word}s`;
  }
  return [...new Set(text.split('..'))].join(' to ');
}
