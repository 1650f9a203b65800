import type { Column, Value } from '../engine/engine.ts';
import type { ChartSpec } from '../dashboards/dashboard.ts';
import type { ChartRenderer } from '../render/chart.ts';
import { formatNumber } from '../render/format.ts';
import { PAGED } from '../render/theme.ts';
import type { ComparedMetric, Comparison } from './compare-view.ts';
import { runPath } from './links.ts';
import { NARROW, pageChart } from './page-chart.ts';
import { drawingWidth, type Drawings } from './panel-view.ts';
import { textOf } from './read-view.ts';

/** One metric of the runs compared, drawn. */
export interface MetricChart {
  key: string;
  drawings: Drawings;
}

/** A page of more charts is slow to draw and nobody reads to its end; the table has them all. */
export const MAX_CHARTS = 12;
const SPAN = 4;
const ROW = 24;
const AXIS = 44;

const COLUMNS: Column[] = [
  { name: 'run', type: 'string' },
  { name: 'value', type: 'double' },
  { name: 'shown', type: 'string' },
  { name: 'best', type: 'boolean' },
];

/** A dot a run: lengths would have to begin at zero, where the difference is not. */
const SPEC: ChartSpec = {
  mark: { type: 'point', size: 110, opacity: 1 },
  encoding: {
    y: {
      field: 'run',
      type: 'nominal',
      sort: null,
      title: null,
      axis: { grid: true, domain: false, labelLimit: 120 },
    },
    x: { field: 'value', type: 'quantitative', scale: { zero: false, padding: 10 }, title: null },
    color: { condition: { test: 'datum.best', value: '@good' }, value: '@accent' },
    shape: { condition: { test: 'datum.best', value: 'diamond' }, value: 'circle' },
    href: { field: 'href', type: 'nominal' },
    tooltip: [
      { field: 'run', type: 'nominal', title: 'Run' },
      { field: 'shown', type: 'nominal', title: 'Value' },
    ],
  },
};

/** A chart for each metric that at least two of the runs have a finite value of. */
export async function drawMetrics(
  comparison: Comparison,
  renderer: ChartRenderer,
): Promise<MetricChart[]> {
  const charts: MetricChart[] = [];
  for (const metric of sharedMetrics(comparison).slice(0, MAX_CHARTS)) {
    charts.push({ key: metric.key, drawings: await draw(metric, comparison, renderer) });
  }
  return charts;
}

export const sharedMetrics = ({ metrics }: Comparison): ComparedMetric[] =>
  metrics.filter(({ values }) => values.filter((it) => Number.isFinite(it)).length >= 2);

async function draw(
  { key, values, best, direction }: ComparedMetric,
  { runs, labels }: Comparison,
  renderer: ChartRenderer,
): Promise<Drawings> {
  const rows = values.flatMap((value, at): Value[][] => {
    const run = labels[at];
    if (value === undefined || run === undefined || !Number.isFinite(value)) return [];
    return [[run, value, formatNumber(value), best[at] ?? false]];
  });
  const better = direction === 'minimize' ? 'less' : 'more';
  const alt = `${key} of each run, where ${better} is better: ${rows
    .map(([run, , shown]) => `${String(run)} ${String(shown)}`)
    .join(', ')}`;
  const href = ([label]: Value[]): string | undefined => {
    const run = runs[labels.findIndex((it) => it === label)];
    return run && runPath(textOf(run['source']), textOf(run['run_id']));
  };
  const height = AXIS + ROW * rows.length;
  const chart = { spec: SPEC, columns: COLUMNS, rows, palette: PAGED, alt, href, height };
  const width = drawingWidth(SPAN);
  return {
    wide: await renderer.svg({ ...chart, width }),
    narrow: await renderer.svg({ ...chart, width: NARROW }),
    alt,
    vega: pageChart(renderer, { ...chart, width }),
    scales: {},
  };
}
