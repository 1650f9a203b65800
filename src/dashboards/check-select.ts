import type { Mistake } from './check-panel.ts';
import type { DashboardFile, PanelFile } from './schema.ts';

/** What a click on a panel is to choose, and cannot. */
export function selectMistakes(
  id: string,
  { select, chart, table }: PanelFile,
  { params }: DashboardFile,
): Mistake[] {
  const path = ['panels', id, 'select'];
  if (select === undefined) return [];
  const mistake = (severity: Mistake['severity'], at: PropertyKey[], message: string): Mistake => ({
    severity,
    path: at,
    code: 'select',
    message,
  });
  if (chart === undefined && table === undefined) {
    return [mistake('warning', path, 'nothing of this panel can be clicked: it has no values')];
  }
  return Object.keys(select).flatMap((name) => {
    const type = params[name]?.type;
    if (type !== 'number' && type !== 'daterange') return [];
    return [mistake('error', [...path, name], `a click chooses a value, and ${name} is a ${type}`)];
  });
}
