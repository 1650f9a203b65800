import type { Dashboard, RowsPanel } from '../dashboards/dashboard.ts';
import type { OpenDashboards } from '../dashboards/load.ts';
import { RunlensError } from '../errors.ts';

/** @throws RunlensError NOT_FOUND, with the mistake that may hide it or the dashboards there are */
export function findDashboard(dashboards: OpenDashboards, id: string): Dashboard {
  const dashboard = dashboards.get(id);
  if (dashboard !== undefined) return dashboard;
  const [problem] = dashboards.problems();
  const known = dashboards.list().map((it) => it.id);
  throw new RunlensError('NOT_FOUND', `there is no dashboard '${id}'`, {
    field: 'dashboard',
    hint:
      problem === undefined
        ? `Dashboards: ${known.join(', ')}.`
        : `${problem.file}:${problem.line} has a mistake: run \`runlens check\`.`,
  });
}

/** A panel that has rows. @throws RunlensError NOT_FOUND, with those there are */
export function findPanel({ id, panels }: Dashboard, panelId: string): RowsPanel {
  const withRows = panels.filter((it) => it.kind !== 'markdown');
  const panel = withRows.find((it) => it.id === panelId);
  if (panel !== undefined) return panel;
  throw new RunlensError('NOT_FOUND', `dashboard '${id}' has no panel '${panelId}'`, {
    field: 'panel',
    hint: `Panels: ${withRows.map((it) => it.id).join(', ')}.`,
  });
}
