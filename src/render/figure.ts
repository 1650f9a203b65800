import type { FigurePanel } from '../dashboards/dashboard.ts';
import type { PanelRows } from '../dashboards/rows.ts';
import type { Value } from '../engine/engine.ts';
import { formatNumber } from './format.ts';

/** One big number, and how it compares with the period before. */
export interface FigureText {
  value: string;
  unit: string | undefined;
  /** `+12%`, points for rates, or `from 3` where percents say nothing; undefined without a period before. */
  change: string | undefined;
  mood: 'good' | 'bad' | 'neutral';
  /** The number before, as it was. */
  before: string | undefined;
}

/** The first row of a figure's rows, in words. */
export function figureText({ figure }: FigurePanel, rows: PanelRows): FigureText {
  const read = (list: Value[][] | undefined): number | undefined => {
    const field = (name: string): Value =>
      list?.[0]?.[rows.columns.findIndex((it) => it.name === name)] ?? null;
    const value = field(figure.value);
    if (value === null) return undefined;
    if (figure.per === undefined) return Number(value);
    const per = Number(field(figure.per) ?? 0);
    return per === 0 ? undefined : Number(value) / per;
  };
  const now = read(rows.rows);
  const before = read(rows.previous);
  const { factor, unit } = scaleOf(figure.unit, now);
  const show = (value: number): string => formatNumber(value * factor, figure.format);
  const none = { change: undefined, mood: 'neutral' as const, before: undefined };
  if (now === undefined) return { value: '–', unit: undefined, ...none };
  if (before === undefined || (before === 0 && figure.per === undefined)) {
    return { value: show(now), unit, ...none };
  }
  const rate = figure.per !== undefined;
  // Of the size of what was: a loss of −4 that becomes −2 has gone up.
  const size = rate ? (now - before) * 100 : ((now - before) / Math.abs(before)) * 100;
  const change = changeText(size, rate);
  return {
    value: show(now),
    unit,
    change: isSayable(size, rate) ? change : `from ${show(before)}`,
    // What rounds to nothing is neither good nor bad news.
    mood: mood(change === NO_CHANGE ? 0 : now - before, figure.better),
    before: show(before),
  };
}

/** Percents say nothing of a hundredfold, nor of what is infinite or NaN. */
const isSayable = (change: number, rate: boolean): boolean =>
  Number.isFinite(change) && (rate || Math.abs(change) < 1000);

/** Nobody says 0.641 h. */
function scaleOf(unit: string | undefined, now = 0): { factor: number; unit: string | undefined } {
  const isShort = unit === 'h' && now !== 0 && Math.abs(now) < 1;
  return isShort ? { factor: 60, unit: 'min' } : { factor: 1, unit };
}

const NO_CHANGE = 'no change';

function changeText(change: number, rate: boolean): string {
  const size = Math.abs(change);
  const digits =
    size < 10 ? size.toFixed(1).replace(/\.0$/, '') : Math.round(size).toLocaleString('en-US');
  if (digits === '0') return NO_CHANGE;
  const unit = !rate ? '%' : digits === '1' ? ' point' : ' points';
  return `${change > 0 ? '+' : '−'}${digits}${unit}`;
}

function mood(change: number, better: 'up' | 'down' | 'neither'): FigureText['mood'] {
  if (better === 'neither' || change === 0 || Number.isNaN(change)) return 'neutral';
  return change > 0 === (better === 'up') ? 'good' : 'bad';
}
