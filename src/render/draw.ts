import {
  defaultLocale,
  expressionFunction,
  parse,
  scheme,
  textMetrics,
  View,
  type Loader,
  type Runtime,
  type Spec,
} from 'vega';
import { textWidth, type TextStyle } from './text-width.ts';
import { ROWS } from './spec-rows.ts';
import { PAGED_RAMP, pagedRamp } from './theme.ts';

declare module 'vega' {
  // Exported by Vega, and missing from its types.
  export const textMetrics: {
    width: (item: TextStyle & { limit?: number }, text: string) => number;
  };
  export function defaultLocale(): {
    format: (specifier: string) => (value: number) => string;
    utcFormat: (specifier: string) => (value: number | Date) => string;
  };
}

export type Datum = Readonly<Record<string, string | number | boolean | null>>;

/** Vega as Runlens uses it, in Node and in the page. Call once per process. */
export function prepareVega(): void {
  scheme(PAGED_RAMP, pagedRamp);
  const { utcFormat } = defaultLocale();
  // Tooltips format times with this one; all of ours are UTC.
  expressionFunction('timeFormat', (value: unknown, format: string) =>
    value === null || value === undefined ? '' : utcFormat(format)(Number(value)),
  );
  expressionFunction('widest', (names: unknown[]) =>
    Math.max(0, ...names.map((it) => textWidth(String(it)))),
  );
  textMetrics.width = (item, text) => {
    const width = textWidth(text, item);
    // Longer text is drawn cut to its limit.
    return item.limit !== undefined && item.limit > 0 ? Math.min(width, item.limit) : width;
  };
}

/**
 * A chart reads no file and no address: its rows are given to it. Links stay inside or on http(s);
 * any other leads nowhere. It must not reject: Vega does not catch that.
 */
export const closedLoader: Loader = {
  load: (uri) => Promise.reject(new Error(`a chart may not load ${uri}`)),
  sanitize: (uri) => Promise.resolve({ href: /^(\/(?!\/)|https?:\/\/)/.test(uri) ? uri : '#' }),
  http: () => Promise.reject(new Error('a chart may not load')),
  file: () => Promise.reject(new Error('a chart may not load')),
};

/** Rows by the name of their data set. */
export type DataSets = Readonly<Record<string, readonly object[]>>;

/**
 * A chart to be drawn here, its expressions made into functions: interpreting them, as a page must, takes
 * twice as long to draw. They come from an author's files, never from a request, and Vega lets them name
 * its own functions only.
 */
export const parseVega = (spec: Spec): Runtime => parse(spec);

/** Draws a chart as SVG, and tells the rows of all data sets that its marks stand for. */
export async function drawSvg(
  runtime: Runtime,
  data: readonly Datum[],
  others: DataSets = {},
): Promise<{ svg: string; drawn: Set<unknown> }> {
  const view = new View(runtime, {
    renderer: 'none',
    loader: closedLoader,
    logLevel: 0,
  });
  try {
    for (const [name, rows] of Object.entries(others)) view.data(name, [...rows]);
    const svg = await view.data(ROWS, [...data]).toSVG();
    return { svg, drawn: new Set(drawnRows(sceneOf(view))) };
  } finally {
    view.finalize();
  }
}

/** Vega's types say that the scene graph is a scene; it has one. */
const sceneOf = (view: View): Scene => (view.scenegraph() as unknown as { root: Scene }).root;

interface Scene {
  datum?: unknown;
  items?: Scene[];
}

function* drawnRows({ datum, items = [] }: Scene): Iterable<unknown> {
  if (datum !== undefined) yield datum;
  for (const item of items) yield* drawnRows(item);
}
