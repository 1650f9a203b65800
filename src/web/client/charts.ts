import { parse, View, type Spec } from 'vega';
import { expressionInterpreter } from 'vega-interpreter';
import { closedLoader, prepareVega, type Datum } from '../../render/draw.ts';
import type { ChartSize } from '../../render/spec.ts';
import { ROWS } from '../../render/spec-rows.ts';
import { COMPACT } from '../../render/theme.ts';
import type { PageChart } from '../page-chart.ts';
import { startPicks } from './picks.ts';
import type { Show } from './swap.ts';
import { createTooltip } from './tooltip.ts';

prepareVega();
const tooltip = createTooltip();

/** Charts come to life when they come into sight; until then the server's drawing stands there. */
export function startCharts(show: Show): void {
  const seen = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting || !(target instanceof HTMLElement)) continue;
        seen.unobserve(target);
        enliven(target, show).catch((error: unknown) => {
          target.dataset['still'] = String(error);
        });
      }
    },
    { rootMargin: '200px' },
  );
  for (const chart of document.querySelectorAll('.chart:not(.live)')) seen.observe(chart);
}

/** Draws the same chart beside the server's drawing, then puts it in its place. */
async function enliven(chart: HTMLElement, show: Show): Promise<void> {
  const size = sizeOf(chart);
  const { spec, data } = await read(chart, size);
  const container = document.createElement('div');
  container.className = 'drawing';
  const view = new View(parse(spec, undefined, { ast: true }), {
    expr: expressionInterpreter,
    renderer: 'svg',
    loader: closedLoader,
    container,
    hover: true,
    tooltip,
    logLevel: 0,
  });
  await view.data(ROWS, data).runAsync();
  const drawing = container.querySelector('svg');
  drawing?.setAttribute('role', 'img');
  drawing?.setAttribute('aria-label', chart.dataset['alt'] ?? '');
  for (const it of ['role', 'aria-label', 'aria-roledescription']) container.removeAttribute(it);
  chart.replaceChildren(container);
  chart.classList.add('live');
  startPicks(chart, view, show);
  followSize(chart, view, size);
}

/** A page on its own has the chart in it; others ask for it at the size they show. */
async function read(
  chart: HTMLElement,
  { width, height }: ChartSize,
): Promise<{ spec: Spec; data: Datum[] }> {
  const own = chart.querySelector('script')?.textContent;
  if (own !== undefined) {
    const { wide, narrow = wide, data } = JSON.parse(own) as PageChart;
    return { spec: { ...(width < COMPACT ? narrow : wide), width, height }, data };
  }
  const address = new URL(chart.dataset['chart'] ?? '', location.href);
  address.searchParams.set('width', String(width));
  address.searchParams.set('height', String(height));
  const response = await fetch(address);
  if (!response.ok) throw new Error(response.statusText);
  return (await response.json()) as { spec: Spec; data: Datum[] };
}

function sizeOf(chart: HTMLElement): ChartSize {
  const width = Math.max(200, Math.floor(chart.clientWidth));
  if (hasWindow(chart)) return { width, height: Math.floor(chart.clientHeight) };
  const shown = [...chart.querySelectorAll('svg')].find((it) => it.getClientRects().length > 0);
  const height = Number(shown?.getAttribute('height') ?? 280);
  return { width, height };
}

/** A panel that has the whole window gives its chart what is left of it. */
const hasWindow = (chart: HTMLElement): boolean => chart.closest('.panel.whole') !== null;

/** The chart takes the width it is given; a page that was replaced lets it go. */
function followSize(chart: HTMLElement, view: View, drawn: ChartSize): void {
  // Vega's own width and height are those between the axes.
  let { width, height } = drawn;
  const resize = new ResizeObserver(() => {
    if (!chart.isConnected) {
      resize.disconnect();
      view.finalize();
      return;
    }
    if (chart.clientWidth <= 0) return;
    const now = sizeOf(chart);
    if (now.width === width && now.height === height) return;
    ({ width, height } = now);
    void view.width(width).height(height).resize().runAsync();
  });
  resize.observe(chart);
}
