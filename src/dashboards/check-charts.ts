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
export function chartFindings(
  { file, yaml }: CheckedFile,
  { id, panel, view, charts, check }: PanelChart,
): Finding[] {
  const { chart, link } = panel;
  if (chart === undefined) return [];
  const path = ['panels', id, 'chart'];
  const at = (inner: readonly PropertyKey[]): ReturnType<CheckedChart['locate']> => ({
    file,
    ...yaml.placeOf([...path, ...inner]),
  });
  const found =
    typeof chart === 'string' ? charts.get(chart) : { spec: chart, findings: [], locate: at };
  if (found === undefined) {
    const message = `there is no file ${String(chart)} beside it`;
    return [{ severity: 'error', ...at([]), code: 'missing-file', message }];
  }
  if (found.spec === undefined || view === undefined) return found.findings;
  const rows = { columns: panelColumns(panel, view), linked: link !== undefined };
  return check(found.spec, rows).map(({ path, message, ...rest }) => ({
    ...rest,
    ...found.locate(path),
    message: typeof chart === 'string' ? `${message} (panel ${id})` : message,
  }));
}
