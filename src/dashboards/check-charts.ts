import type { Finding } from '../queries/check-finding.ts';
import type { View } from '../queries/view.ts';
import type { CheckedChart, CheckedFile } from './check-file.ts';
import { panelColumns, type Mistake } from './check-panel.ts';
import type { ChartSpec } from './dashboard.ts';
import type { PanelFile } from './schema.ts';

/**
 * Says what is wrong with a spec whose rows have these columns; paths begin at the spec. Charts
 * are compiled by what stands right of this folder, so it is handed in.
 */
export type ChartCheck = (
  spec: ChartSpec,
  rows: { columns: readonly string[]; linked: boolean },
) => Mistake[];

export interface PanelChart {
  id: string;
  panel: PanelFile;
  /** Undefined when it is not known what rows the panel has. */
  view: View | undefined;
  /** The chart files of the folder, by name. */
  charts: ReadonlyMap<string, CheckedChart>;
  check: ChartCheck;
}

/** What is wrong with a panel's chart, whether it stands in the dashboard or in a file beside it. */
export function chartFindings(checked: CheckedFile, options: PanelChart): Finding[] {
  const { id, panel, charts } = options;
  const { chart } = panel;
  if (chart === undefined) return [];
  const locate: CheckedChart['locate'] = (path) => ({
    file: checked.file,
    ...checked.yaml.placeOf(['panels', id, 'chart', ...path]),
  });
  if (typeof chart !== 'string') return specFindings(chart, locate, options);
  const file = charts.get(chart);
  if (file === undefined) {
    const message = `there is no file ${chart} beside it`;
    return [{ severity: 'error', ...locate([]), code: 'missing-file', message }];
  }
  if (file.spec === undefined) return [];
  const found = specFindings(file.spec, file.locate, options);
  // Several panels may draw from one file.
  return found.map((it) => ({ ...it, message: `${it.message} (panel ${id})` }));
}

function specFindings(
  spec: ChartSpec,
  locate: CheckedChart['locate'],
  { panel, view, check }: PanelChart,
): Finding[] {
  if (view === undefined) return [];
  const rows = { columns: panelColumns(panel, view), linked: panel.link !== undefined };
  return check(spec, rows).map(({ path, ...rest }) => ({ ...rest, ...locate(path) }));
}
