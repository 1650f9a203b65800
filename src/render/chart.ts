import type { Runtime, Spec } from 'vega';
import type { Column, Value } from '../engine/engine.ts';
import { valuesFor, withValues, type ChosenValues } from '../dashboards/chart-params.ts';
import type { ChartSpec } from '../dashboards/dashboard.ts';
import type { AnnotationMarks } from '../dashboards/annotations.ts';
import { annotate, annotationRows, describeAnnotations, drawnMarks, MARKED } from './annotate.ts';
import { clickableScales } from './clickable.ts';
import { drawSvg, parseVega, type DataSets, type Datum } from './draw.ts';
import { toVega, type ChartSize } from './spec.ts';
import { stillSpec } from './still.ts';
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
  /** What is marked over the chart, when it has an axis of time. */
  annotations?: readonly AnnotationMarks[];
  /** What is chosen on the dashboard, for parameters of the spec that have its names. */
  values?: ChosenValues | undefined;
  /** Columns whose values choose something when they are clicked. */
  select?: readonly string[] | undefined;
  /** Whether a row is among what is chosen, as field `chosen` of it; undefined when nothing is. */
  chosen?: ((row: Value[]) => boolean | undefined) | undefined;
}

export interface Drawing {
  svg: string;
  /** The name of the picture: what one would see, and what is marked in it. */
  alt: string;
  /** With the marks that are in the picture. */
  annotations: AnnotationMarks[];
}

interface Compiled {
  vega: Spec;
  /** Parsed when it is first drawn here. */
  runtime?: Runtime;
  annotated: boolean;
}

/** Sizes and palettes kept of one spec: pages use a handful, addresses could ask for any. */
const KEPT = 24;

/** Draws charts, keeping what compiling a spec gave. */
export class ChartRenderer {
  readonly #compiled = new WeakMap<ChartSpec, Map<string, Compiled>>();

  /** The compiled chart and its rows, for a page's script to draw. */
  vega(input: ChartInput): { spec: Spec; data: Datum[] } {
    const { vega, annotated } = this.#compile(input, 'live');
    const spec = annotated ? withRows(vega, markedRows(input)) : vega;
    return { spec, data: chartData(input) };
  }

  async svg(input: ChartInput): Promise<string> {
    return (await this.draw(input)).svg;
  }

  async draw(input: ChartInput): Promise<Drawing> {
    const compiled = this.#compile(input, 'still');
    const runtime = (compiled.runtime ??= parseVega(compiled.vega));
    const others = compiled.annotated ? markedRows(input) : {};
    const { svg, drawn } = await drawSvg(runtime, chartData(input), others);
    const annotations = drawnMarks(input.annotations ?? [], drawn);
    const alt = input.alt + describeAnnotations(annotations);
    return { svg: named(svg, { ...input, alt }), alt, annotations };
  }

  #compile(input: ChartInput, use: 'still' | 'live'): Compiled {
    const { spec, columns, rows, palette, width, height, select = [] } = input;
    const looks = {
      width,
      height,
      statuses: statusesOf(columns, rows),
      alike: alikeColumns(input),
      linked: input.href !== undefined,
      select,
      dims: rows.some((row) => input.chosen?.(row) === true),
    };
    const marked = (input.annotations ?? []).some((it) => it.marks.length > 0);
    const values = valuesFor(spec, input.values ?? {});
    const key = JSON.stringify([palette.text, looks, marked, use, values]);
    const kept = this.#compiled.get(spec) ?? new Map<string, Compiled>();
    this.#compiled.set(spec, kept);
    const found = kept.get(key);
    if (found !== undefined) return found;
    const chosen = withValues(spec, values);
    const shown = use === 'still' ? stillSpec(chosen) : chosen;
    const plain = toVega(shown, { ...looks, palette });
    const annotated = marked ? annotate(plain) : undefined;
    const vega = annotated ?? plain;
    const compiled: Compiled = { vega, annotated: annotated !== undefined };
    if (kept.size >= KEPT) kept.clear();
    kept.set(key, compiled);
    return compiled;
  }
}

const markedRows = (input: ChartInput): DataSets => ({
  [MARKED]: annotationRows(input.annotations ?? [], input),
});

/** The same chart with the rows of some data sets written in it. */
const withRows = (vega: Spec, sets: DataSets): Spec => ({
  ...vega,
  data: (vega.data ?? []).map((it) =>
    it.name in sets ? { name: it.name, values: [...(sets[it.name] ?? [])] } : it,
  ),
});

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

/** Coloured columns with one value in all rows, but for those that a click on the legend chooses. */
function alikeColumns({ spec, columns, rows, select = [] }: ChartInput): string[] {
  const names = columns.map((it) => it.name);
  const named = clickableScales(
    spec,
    names.filter((it) => !select.includes(it)),
  );
  return ['color', 'fill', 'stroke', 'shape'].flatMap((channel) => {
    const column = named[channel];
    if (column === undefined) return [];
    const at = names.indexOf(column);
    return rows.every((row) => row[at] === rows[0]?.[at]) ? [column] : [];
  });
}

/** Rows as Vega takes them: times and int64 as numbers (a drawing needs no more), NaN as gaps. */
function chartData({
  columns,
  rows,
  href,
  chosen,
}: Pick<ChartInput, 'columns' | 'rows' | 'href' | 'chosen'>): Datum[] {
  return rows.map((row) => {
    const fields = columns.map(({ name }, index): [string, Datum[string]] => {
      const value = row[index] ?? null;
      if (typeof value === 'bigint') return [name, Number(value)];
      return [name, typeof value === 'number' && !Number.isFinite(value) ? null : value];
    });
    const own = { href: href?.(row), chosen: chosen?.(row) };
    const said = Object.entries(own).filter(
      (it): it is [string, string | boolean] => it[1] !== undefined,
    );
    return Object.fromEntries([...fields, ...said]);
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
