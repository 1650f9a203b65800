import type { Runtime, Spec } from 'vega';
import type { Column, Value } from '../engine/engine.ts';
import type { ChartSpec } from '../dashboards/dashboard.ts';
import { drawSvg, parseVega, type Datum } from './draw.ts';
import { toVega, type ChartSize } from './spec.ts';
import { PALETTES, type Palette } from './theme.ts';

export interface ChartInput extends ChartSize {
  spec: ChartSpec;
  columns: readonly Column[];
  rows: readonly Value[][];
  palette: Palette;
  /** What one would see: the name of the picture for who does not. */
  alt: string;
  /** Where a mark leads, as field `href` of its row. */
  href?: ((row: Value[]) => string | undefined) | undefined;
}

interface Compiled {
  vega: Spec;
  runtime: Runtime;
}

/** Sizes and palettes kept of one spec: pages use a handful, addresses could ask for any. */
const KEPT = 24;

/** Draws charts, keeping what compiling a spec gave. */
export class ChartRenderer {
  readonly #compiled = new WeakMap<ChartSpec, Map<string, Compiled>>();

  /** The compiled chart with its rows in it, for a page's script to draw. */
  vega(input: ChartInput): { spec: Spec; data: Datum[] } {
    return { spec: this.#compile(input).vega, data: chartData(input) };
  }

  async svg(input: ChartInput): Promise<string> {
    const svg = await drawSvg(this.#compile(input).runtime, chartData(input));
    return named(svg, input);
  }

  #compile({ spec, columns, rows, palette, width, height, href }: ChartInput): Compiled {
    const statuses = statusesOf(columns, rows);
    const linked = href !== undefined;
    const key = JSON.stringify([palette.text, width, height, statuses, linked]);
    const kept = this.#compiled.get(spec) ?? new Map<string, Compiled>();
    this.#compiled.set(spec, kept);
    const found = kept.get(key);
    if (found !== undefined) return found;
    const vega = toVega(spec, { width, height, palette, statuses, linked });
    const compiled = { vega, runtime: parseVega(vega) };
    if (kept.size >= KEPT) kept.clear();
    kept.set(key, compiled);
    return compiled;
  }
}

const STATUS_ORDER = Object.keys(PALETTES.light.status);

function statusesOf(columns: readonly Column[], rows: readonly Value[][]): string[] {
  const at = columns.findIndex((it) => it.name === 'status');
  if (at < 0) return [];
  const seen = new Set(rows.map((row) => String(row[at])));
  return [
    ...STATUS_ORDER.filter((it) => seen.has(it)),
    ...[...seen].filter((it) => !STATUS_ORDER.includes(it)),
  ];
}

/** Rows as Vega takes them: times and int64 as numbers (a drawing needs no more), NaN as gaps. */
function chartData({
  columns,
  rows,
  href,
}: Pick<ChartInput, 'columns' | 'rows' | 'href'>): Datum[] {
  return rows.map((row) => {
    const fields = columns.map(({ name }, index): [string, Datum[string]] => {
      const value = row[index] ?? null;
      if (typeof value === 'bigint') return [name, Number(value)];
      return [name, typeof value === 'number' && !Number.isFinite(value) ? null : value];
    });
    const link = href?.(row);
    return Object.fromEntries(link === undefined ? fields : [...fields, ['href', link]]);
  });
}

function named(svg: string, { alt, width, height }: ChartInput): string {
  const open = `<svg role="img" aria-label="${escapeXml(alt)}" `;
  return svg
    .replace(/^<svg /, open)
    .replace(/width="[\d.]+" height="[\d.]+"/, `width="${width}" height="${height}"`);
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as an XML attribute or element holds it; characters XML has no name for are dropped. */
export function escapeXml(text: string): string {
  return text
    .replaceAll(/[&<>"]/g, (it) => ESCAPES[it] ?? it)
    .replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '');
}
