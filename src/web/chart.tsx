import { raw } from 'hono/html';
import { inlineJson } from '../render/html.ts';
import type { Drawings } from './panel-view.ts';

interface ChartProps {
  /** What a click on its values does. */
  selection?: object | undefined;
  drawings: Drawings;
  /** Where the page's script gets the chart, when it is not in the page. */
  address?: string;
}

/** A chart as the server drew it, until the page's script brings it to life. */
export const Chart = ({ drawings, address, selection }: ChartProps) => (
  <div
    class="chart"
    data-chart={drawings.vega ? undefined : address}
    data-alt={drawings.alt}
    data-selection={selection && JSON.stringify(selection)}
  >
    {drawings.vega && <script type="application/json">{raw(inlineJson(drawings.vega))}</script>}
    <div class="drawing wide">{raw(drawings.wide)}</div>
    <div class="drawing narrow">{raw(drawings.narrow)}</div>
  </div>
);
