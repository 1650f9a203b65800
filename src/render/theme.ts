import type { Config } from 'vega-lite';

/** The colours of a drawing. A page uses `paged`, whose values follow the page's own scheme. */
export interface Palette {
  background: string;
  text: string;
  muted: string;
  grid: string;
  axis: string;
  /** Eight hues that differ in lightness too, for eyes that see fewer of them. */
  category: string[];
  /** From few to many. */
  ramp: string[];
  status: Record<string, string>;
  accent: string;
  /** Good and bad news, dark or light enough for small text. */
  good: string;
  bad: string;
}

export type Scheme = 'light' | 'dark';

export const PALETTES: Record<Scheme, Palette> = {
  light: {
    background: '#ffffff',
    text: '#1b2430',
    muted: '#5b6675',
    grid: '#e9edf2',
    axis: '#c3cbd5',
    category: [
      '#3464d6',
      '#d06a0c',
      '#0c8a7d',
      '#b03a94',
      '#7a6b00',
      '#6a55cf',
      '#c2334b',
      '#5d6b7c',
    ],
    ramp: ['#e3ebfb', '#9db9f0', '#5b86e0', '#3464d6', '#1f3f94'],
    status: {
      FINISHED: '#17906b',
      FAILED: '#d23c52',
      KILLED: '#b3740f',
      RUNNING: '#3464d6',
      SCHEDULED: '#748093',
    },
    accent: '#3464d6',
    good: '#0d7a58',
    bad: '#c02d45',
  },
  dark: {
    background: '#171b22',
    text: '#e7ebf0',
    muted: '#a3adba',
    grid: '#272d37',
    axis: '#414a58',
    category: [
      '#7aa2ff',
      '#f19a4b',
      '#3cc7b6',
      '#e47fcb',
      '#cdbb3f',
      '#aa9bff',
      '#ff7f8f',
      '#a4b0c0',
    ],
    ramp: ['#1f2b47', '#2f4d93', '#4f78d6', '#7aa2ff', '#c3d5ff'],
    status: {
      FINISHED: '#3ec795',
      FAILED: '#ff7382',
      KILLED: '#e3ab46',
      RUNNING: '#7aa2ff',
      SCHEDULED: '#97a3b4',
    },
    accent: '#7aa2ff',
    good: '#3ec795',
    bad: '#ff7f8d',
  },
};

/** The same names as custom properties of the page, which defines them for light and for dark. */
export const PAGED: Palette = {
  background: 'transparent',
  text: 'var(--text)',
  muted: 'var(--muted)',
  grid: 'var(--grid)',
  axis: 'var(--axis)',
  category: PALETTES.light.category.map((_, index) => `var(--c${index + 1})`),
  ramp: PALETTES.light.ramp.map((_, index) => `var(--ramp${index + 1})`),
  status: Object.fromEntries(
    Object.keys(PALETTES.light.status).map((it) => [it, `var(--status-${it.toLowerCase()})`]),
  ),
  accent: 'var(--c1)',
  good: 'var(--good)',
  bad: 'var(--bad)',
};

/** Vega's name for the page's ramp: a scheme that draw.ts makes known. */
export const PAGED_RAMP = 'paged';

/**
 * A colour of the page's ramp, from 0 to 1. Vega can mix colours only where it knows them, and makes
 * black of custom properties; the browser mixes these.
 */
export function pagedRamp(at: number): string {
  const { ramp } = PAGED;
  const place = Math.min(1, Math.max(0, at)) * (ramp.length - 1);
  const below = Math.min(Math.floor(place), ramp.length - 2);
  const share = Math.round((place - below) * 1000) / 10;
  return `color-mix(in srgb, ${ramp[below + 1]} ${share}%, ${ramp[below]})`;
}

/** The page's declarations for one scheme, so that pages and pictures cannot drift apart. */
export function cssVariables(scheme: Scheme): string {
  const palette = PALETTES[scheme];
  const pairs: [string, string][] = [
    ['surface', palette.background],
    ['text', palette.text],
    ['muted', palette.muted],
    ['grid', palette.grid],
    ['axis', palette.axis],
    ['good', palette.good],
    ['bad', palette.bad],
    ...palette.category.map((it, index): [string, string] => [`c${index + 1}`, it]),
    ...palette.ramp.map((it, index): [string, string] => [`ramp${index + 1}`, it]),
    ...Object.entries(palette.status).map(([name, it]): [string, string] => [
      `status-${name.toLowerCase()}`,
      it,
    ]),
  ];
  return pairs.map(([name, value]) => `--${name}:${value};`).join('');
}

/** The shipped typeface; who has not got it, or a letter of it, falls back on the reader's own. */
export const FONT = 'Inter';
export const FONTS = `${FONT}, system-ui, sans-serif`;

/** Below this width a drawing is for a phone: fewer ticks, legends in columns. */
export const COMPACT = 480;

/** Where names beside a drawing are cut. */
export const nameLimit = (width: number): number => (width < COMPACT ? 110 : 180);

/** Where the names of a legend are cut. */
const labelLimit = (width: number): number => (width < COMPACT ? 110 : 130);

/** Entries of a legend side by side, however long their names, beside the labels of an axis. */
const legendColumns = (width: number): number =>
  Math.max(1, Math.floor((width - 26) / (labelLimit(width) + 29)));

/** Numbers with more zeros than one counts are written with their power of ten. */
const SHORT =
  'length(datum.label) <= 12 || abs(datum.value) >= 1e-4 && abs(datum.value) < 1e9 ? datum.label : ' +
  "datum.value === 0 ? '0' : format(datum.value, '.6~e')";

/** Quiet axes, one typeface, the palette: what every chart shares. */
export function chartConfig(palette: Palette, width: number, clickable = false): Config {
  const compact = width < COMPACT;
  const ramp = palette === PAGED ? { scheme: PAGED_RAMP } : palette.ramp;
  const text = { labelFont: FONTS, titleFont: FONTS, labelFontSize: 11, titleFontSize: 11 };
  return {
    background: palette.background,
    font: FONTS,
    padding: 2,
    aria: false,
    view: { stroke: null },
    axis: {
      ...text,
      aria: false,
      labelColor: palette.muted,
      titleColor: palette.muted,
      titleFontWeight: 400,
      titlePadding: 8,
      labelPadding: 6,
      domain: false,
      ticks: false,
      gridColor: palette.grid,
      tickCount: compact ? 4 : 6,
    },
    axisX: {
      grid: false,
      domain: true,
      domainColor: palette.axis,
      // One that is moved inside no longer stands under its value.
      labelFlush: false,
      labelSeparation: 8,
    },
    axisY: { labelLimit: nameLimit(width) },
    axisQuantitative: { labelExpr: SHORT },
    // Where not all have room every other one goes: what is left stands at even steps.
    axisTemporal: { title: null, labelOverlap: 'parity', labelSeparation: 12 },
    legend: {
      ...text,
      aria: false,
      orient: 'top',
      direction: 'horizontal',
      labelColor: palette.muted,
      titleColor: palette.muted,
      title: null,
      symbolSize: 70,
      symbolStrokeWidth: 0,
      symbolType: 'circle',
      offset: 8,
      padding: 0,
      columnPadding: 14,
      labelLimit: labelLimit(width),
      columns: legendColumns(width),
    },
    range: {
      category: palette.category,
      ordinal: palette.ramp,
      ramp,
      heatmap: ramp,
    },
    // The drawing as a whole has a name, and a table beside it; its thousand marks need none.
    mark: { color: palette.accent, aria: false, ...(clickable ? { cursor: 'pointer' } : {}) },
    bar: { color: palette.accent },
    line: { strokeWidth: 2, strokeCap: 'round', strokeJoin: 'round' },
    area: { fillOpacity: 0.85, line: false },
    point: { filled: true, size: 34, opacity: 0.7 },
    rule: { color: palette.axis },
    text: { font: FONTS, fontSize: 11, color: palette.muted },
  };
}
