import type { Spec } from 'vega';
import type { ChartInput, ChartRenderer } from '../render/chart.ts';
import type { Datum } from '../render/draw.ts';
import { COMPACT } from '../render/theme.ts';

/** A chart for the page's script where no service can be asked for one of the page's width. */
export interface PageChart {
  wide: Spec;
  /** The same for a phone; undefined when that has the same. */
  narrow?: Spec | undefined;
  data: Datum[];
}

/** The width that a chart has on a phone, in pixels; styles/ has the same. */
export const NARROW = 324;

export function pageChart(renderer: ChartRenderer, chart: ChartInput): PageChart {
  const { spec: wide, data } = renderer.vega(chart);
  if (chart.width < COMPACT) return { wide, data };
  return { wide, narrow: renderer.vega({ ...chart, width: NARROW }).spec, data };
}
