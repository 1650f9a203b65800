import { defaultLocale } from 'vega';
import type { ColumnType, Value } from '../engine/engine.ts';

export interface FormatOptions {
  type: ColumnType;
  /** A d3 number format; `duration` for hours; for times `date`, `time`, or `ago`, which the page's script counts. */
  format?: string | undefined;
  unit?: string | undefined;
  /** Digits behind the point, of a number whose format trims zeros or that has none; see `commonDecimals`. */
  decimals?: number | undefined;
}

/** A value as people read it. Null is empty; special doubles are said as they are. */
export function formatValue(value: Value, options: FormatOptions): string {
  if (value === null) return '';
  const text = formatBare(value, options);
  return options.unit === undefined ? text : `${text} ${options.unit}`;
}

function formatBare(value: NonNullable<Value>, { type, format, decimals }: FormatOptions): string {
  if (type === 'timestamp') {
    const time = Number(value);
    return format === 'date' ? formatTime(time).slice(0, 10) : formatTime(time);
  }
  if (typeof value === 'bigint') {
    // A double would round what is larger than its 53 bits.
    if (format === undefined || format === ',') return value.toLocaleString('en-US');
    return formatNumber(Number(value), format);
  }
  if (typeof value === 'number') {
    return format === 'duration' ? formatHours(value) : formatNumber(value, format, decimals);
  }
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : value;
}

/** `2026-11-23 18:04 UTC`; times that JavaScript's dates cannot hold stay numbers. */
export function formatTime(time: number): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return `${time} ms`;
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/**
 * Digits behind the point that numbers under one another have, so that their points stand in line;
 * undefined when none has any.
 */
export function commonDecimals(values: readonly Value[], format?: string): number | undefined {
  const all = values.map((it) => {
    const text = typeof it === 'number' ? formatNumber(it, format) : '';
    return /\.(\d+)$/.exec(text)?.[1]?.length ?? 0;
  });
  // Not as arguments: a panel may have more rows than a call takes.
  return all.reduce((most, it) => Math.max(most, it), 0) || undefined;
}

/** About five digits, or what the format says; `decimals` keeps zeros at their end. */
export function formatNumber(value: number, format?: string, decimals?: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  if (Object.is(value, -0)) return '−0';
  const { format: d3 } = defaultLocale();
  if (format === ',~s' || format === '~s') {
    // 950 runs are 950 runs; only thousands are worth a letter. Of 24.65 hours three digits say enough.
    if (Math.abs(value) >= 10_000) return d3(',.3~s')(value);
    return d3(Number.isInteger(value) || Math.abs(value) >= 1000 ? ',.4~r' : '.3~r')(value);
  }
  if (format !== undefined) {
    if (decimals === undefined || !format.includes('~')) return d3(format)(value);
    const [whole = '', rest = ''] = d3(format.replace('~', ''))(value).split('.');
    return /^\d+$/.test(rest) ? `${whole}.${rest.slice(0, decimals)}` : d3(format)(value);
  }
  const size = Math.abs(value);
  if (value !== 0 && (size < 1e-4 || size >= 1e9)) return d3('.4~e')(value);
  if (decimals !== undefined && size < 10_000) {
    const [whole = '', rest] = d3(size < 1 ? '.4r' : ',.5r')(value).split('.');
    return rest === undefined ? whole : `${whole}.${rest.slice(0, decimals)}`;
  }
  return Number.isInteger(value) ? d3(',')(value) : d3(size < 1 ? '.4~r' : ',.5~r')(value);
}

const STEPS: [number, string][] = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1_000, 'second'],
];

/** The largest unit that fits: `3 hours`; empty below a second. */
export function formatDuration(ms: number): string {
  for (const [size, word] of STEPS) {
    const count = Math.floor(ms / size);
    if (count >= 1) return `${count.toLocaleString('en-US')} ${word}${count === 1 ? '' : 's'}`;
  }
  return '';
}

/** Hours in two units at the most: `36 s`, `1 h 20 min`, `3 d 4 h`. */
export function formatHours(hours: number): string {
  const seconds = Math.round(hours * 3_600);
  if (!Number.isFinite(seconds)) return formatNumber(hours);
  // Clocks of two machines, or an import: it ended before it began.
  if (seconds < 0) return `−${formatHours(-hours)}`;
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return seconds < 600 ? pair(seconds, 60, 'min', 's') : `${minutes} min`;
  return minutes < 1_440
    ? pair(minutes, 60, 'h', 'min')
    : pair(Math.round(minutes / 60), 24, 'd', 'h');
}

function pair(count: number, size: number, large: string, small: string): string {
  const rest = count % size;
  return `${Math.floor(count / size).toLocaleString('en-US')} ${large}${rest === 0 ? '' : ` ${rest} ${small}`}`;
}
