import { compile, type TopLevelSpec } from 'vega-lite';
import type { LoggerInterface, Spec } from 'vega';
import { RunlensError } from '../errors.ts';
import type { Json } from '../json.ts';
import { clickableScales, makeClickable } from './clickable.ts';
import { roomForNames } from './names-axis.ts';
import { ROWS } from './spec-rows.ts';
import { chartConfig, COMPACT, PAGED, type Palette } from './theme.ts';

export interface ChartSize {
  /** Pixels, axes and legends included. */
  width: number;
  height: number;
}

export interface BindOptions extends ChartSize {
  palette: Palette;
  /** Statuses among the rows: each keeps its colour, and the legend names no others. */
  statuses: readonly string[];
  /** Coloured columns with one value in all rows: a legend of one entry says nothing. */
  alike?: readonly string[];
  /** Whether rows have a link; without, marks are not drawn as links either. */
  linked: boolean;
  /** Columns whose values choose something when they are clicked. */
  select?: readonly string[];
  /** Whether the rows say, as `chosen`, which of them are chosen: the others are drawn faint. */
  dims?: boolean;
  /** Told what the compiler mends by itself. */
  warn?: (message: string) => void;
}

/**
 * An author's Vega-Lite spec as Vega: data, size and theme put in, and all times in UTC, so that a
 * server and every browser draw the same days.
 * @throws RunlensError BAD_DASHBOARD when it does not compile
 */
export function toVega(spec: Json, options: BindOptions): Spec {
  const { width, height, palette, select = [], warn = () => undefined } = options;
  const bound = {
    ...(walk(spec, options) as Json),
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    data: { name: ROWS },
    width,
    height,
    autosize: { type: 'fit', contains: 'padding' },
  };
  try {
    // The author's object was parsed from a file; the compiler itself says whether it is a spec.
    const compiled = compile(bound as unknown as TopLevelSpec, {
      config: chartConfig(palette, width, select.length > 0),
      logger: loggerFor(warn),
    }).spec;
    const vega = roomForNames(compiled, options);
    return select.length === 0 ? vega : makeClickable(vega, clickableScales(spec, select));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new RunlensError('BAD_DASHBOARD', `the chart does not compile: ${message}`, {
      cause: error,
    });
  }
}

function loggerFor(warn: (message: string) => void): LoggerInterface {
  const logger: LoggerInterface = {
    level: () => logger,
    error(...args: readonly unknown[]): never {
      throw new Error(args.join(' '));
    },
    warn(...args: readonly unknown[]) {
      warn(args.join(' '));
      return logger;
    },
    info: () => logger,
    debug: () => logger,
  };
  return logger;
}

type WalkOptions = Pick<
  BindOptions,
  'palette' | 'statuses' | 'alike' | 'linked' | 'dims' | 'width'
>;

/** Channels that a legend explains. */
const COLOURED = /^(color|fill|stroke|shape)$/;

function walk(node: unknown, options: WalkOptions): unknown {
  if (Array.isArray(node)) return node.map((it: unknown) => walk(it, options));
  if (typeof node === 'string') return named(node, options.palette);
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).map(([key, value]): [string, unknown] => {
    if (key === 'encoding' && typeof value === 'object' && value !== null) {
      return [key, encoding(value as Json, options)];
    }
    return [key, walk(value, options)];
  });
  const walked = Object.fromEntries(entries);
  return options.dims === true && 'mark' in walked ? dimmed(walked) : walked;
}

/** Marks that an author made more or less visible stay so. */
function dimmed(unit: Json): Json {
  const { mark, encoding } = unit;
  const kind = typeof mark === 'object' && mark !== null ? (mark as Json)['type'] : mark;
  const own = [mark, encoding].some(
    (it) => typeof it === 'object' && it !== null && 'opacity' in it,
  );
  // Faint words cannot be read.
  if (own || kind === 'text') return unit;
  const opacity = { condition: { test: 'datum.chosen === false', value: 0.3 }, value: 1 };
  return { ...unit, encoding: { ...(encoding as Json | undefined), opacity } };
}

/** What `@` may stand before, beside `@status.FAILED` and `@category.2`. */
export const THEME_COLORS = [
  'text',
  'muted',
  'grid',
  'axis',
  'accent',
  'good',
  'bad',
  'background',
] as const;

export const isThemeColor = (text: string): boolean => named(text, PAGED) !== text;

/** `@muted`, `@good`, `@status.FAILED`: colours of the theme by name, wherever a spec wants one. */
function named(text: string, palette: Palette): string {
  const [, name, key] = /^@([a-z]+)(?:\.(\w+))?$/.exec(text) ?? [];
  if (name === undefined) return text;
  if (name === 'status') return palette.status[key ?? ''] ?? text;
  if (name === 'category') return palette.category[Number(key ?? 1) - 1] ?? text;
  const color = THEME_COLORS.find((it) => it === name);
  return color === undefined ? text : palette[color];
}

function encoding(channels: Json, options: WalkOptions): Json {
  const drawn = Object.entries(channels).filter(([it]) => it !== 'href' || options.linked);
  return Object.fromEntries(
    drawn.map(([channel, definition]) => {
      if (Array.isArray(definition) || typeof definition !== 'object' || definition === null) {
        return [channel, walk(definition, options)];
      }
      const walked = walk(definition, options) as Json;
      const guides = legendOf(channel, walked, options);
      const scale = scaleOf(channel, walked, options);
      return [channel, { ...walked, ...guides, ...scale, ...axisOf(channel, walked) }];
    }),
  );
}

/** A legend of one entry goes, unless its title says something; those of statuses have short names. */
function legendOf(channel: string, definition: Json, { alike = [], width }: WalkOptions): Json {
  const { field, legend } = definition;
  if (!COLOURED.test(channel) || typeof field !== 'string' || legend === null) return {};
  const own = typeof legend === 'object' ? (legend as Json) : {};
  if (alike.includes(field) && typeof own['title'] !== 'string') return { legend: null };
  return field === 'status' ? { legend: { columns: width < COMPACT ? 3 : 5, ...own } } : {};
}

/** How ticks of time are named; a day alike, whether a week begins with it or not. */
const TICKS = {
  year: '%Y',
  month: '%B',
  week: '%b %-d',
  date: '%b %-d',
  day: '%b %-d',
  hours: '%H:%M',
  minutes: '%H:%M',
  seconds: '%H:%M:%S',
  milliseconds: '%H:%M:%S',
};

function axisOf(channel: string, { type, timeUnit, axis }: Json): Json {
  const plain = type === 'temporal' && timeUnit === undefined && axis !== null;
  return plain && /^[xy]$/.test(channel) ? { axis: { format: TICKS, ...(axis as Json) } } : {};
}

function scaleOf(channel: string, definition: Json, { palette, statuses }: WalkOptions): Json {
  const scale = definition['scale'] as Json | null | undefined;
  if (definition['type'] === 'temporal' && (channel === 'x' || channel === 'y')) {
    return { scale: { type: 'utc', ...scale } };
  }
  if (definition['field'] !== 'status' || !/^(color|fill|stroke)$/.test(channel)) return {};
  if (scale !== undefined) return {};
  const range = statuses.map((it) => palette.status[it] ?? palette.muted);
  return { scale: { domain: statuses, range } };
}
