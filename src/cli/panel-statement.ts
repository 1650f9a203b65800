import type { App } from '../app.ts';
import { AS_WRITTEN, fileColumns } from '../dashboards/arrangement.ts';
import { resolveExactly } from '../dashboards/exact-choices.ts';
import { openDashboards } from '../dashboards/load.ts';
import { panelQuery } from '../dashboards/panel-query.ts';
import { RunlensError } from '../errors.ts';
import type { BoundSql } from '../queries/select.ts';
import { findDashboard, findPanel } from './find-panel.ts';

/** `name=value` words as the query of an address. @throws RunlensError BAD_USAGE */
export function paramsToQuery(params: readonly string[]): URLSearchParams {
  const query = new URLSearchParams();
  for (const param of params) {
    const at = param.indexOf('=');
    if (at < 1) {
      throw new RunlensError('BAD_USAGE', `--param takes name=value, not '${param}'`, {
        field: 'param',
      });
    }
    query.append(param.slice(0, at), param.slice(at + 1));
  }
  return query;
}

/**
 * The rows of a panel, `DASHBOARD/PANEL`, as the page shows them with the same parameters.
 * @throws RunlensError NOT_FOUND, BAD_REQUEST naming the parameter
 */
export async function panelStatement(
  { store, catalog, clock, config }: App,
  path: string,
  params: readonly string[],
): Promise<BoundSql> {
  const [id = '', panelId = ''] = path.split('/');
  const dashboard = findDashboard(await openDashboards(config.dashboards), id);
  const panel = findPanel(dashboard, panelId);
  const choices = await resolveExactly({
    dashboard,
    query: paramsToQuery(params),
    sources: store.state().sources.map((source) => source.source),
    catalog,
    reader: store.engine,
    now: clock.now(),
  });
  return panelQuery(panel, { choices, catalog, columns: fileColumns(panel, AS_WRITTEN) });
}
