import type { Choices } from '../dashboards/choices.ts';
import type { Dashboard, Dashboards, RowsPanel } from '../dashboards/dashboard.ts';
import type { Column, Value } from '../engine/engine.ts';

export function runPath(source: string | undefined, runId: string): string {
  const query = source === undefined ? '' : `?${new URLSearchParams({ source }).toString()}`;
  return `/runs/${encodeURIComponent(runId)}${query}`;
}

/** Runs side by side; with `best`, one run and the best other of its experiment by that metric. */
export function comparePath(
  source: string | undefined,
  runIds: readonly string[],
  best?: string,
): string {
  const query = new URLSearchParams(runIds.map((id): [string, string] => ['run', id]));
  if (best !== undefined) query.set('best', best);
  if (source !== undefined) query.set('source', source);
  return `/compare?${query.toString()}`;
}

export function dashboardPath(id: string, query: URLSearchParams): string {
  const text = query.toString();
  return `/dashboards/${id}${text === '' ? '' : `?${text}`}`;
}

/** The same as one file that needs no service. */
export function dashboardFilePath(id: string, query: URLSearchParams): string {
  return dashboardPath(`${id}.html`, query);
}

export function panelPath(
  { id }: Dashboard,
  panel: { id: string },
  suffix: string,
  query: URLSearchParams,
): string {
  const text = query.toString();
  return `/dashboards/${id}/panels/${panel.id}.${suffix}${text === '' ? '' : `?${text}`}`;
}

export interface LinkTargets {
  dashboards: Dashboards;
  /** The page of an experiment, or of a run, in its tracking server's own UI. */
  pageUrl: (source: string, experimentId: string, runId?: string) => string | undefined;
}

/**
 * Where a row of a panel leads: to its run, to its page in MLflow, or to a dashboard that is told
 * what was clicked and keeps the choices it shares with this one.
 */
export function rowLink(
  { link }: RowsPanel,
  columns: readonly Column[],
  choices: Choices,
  { dashboards, pageUrl }: LinkTargets,
): ((row: Value[]) => string | undefined) | undefined {
  if (link === undefined) return undefined;
  const read = (row: Value[], name: string): string | undefined => {
    const value = row[columns.findIndex((it) => it.name === name)];
    return value === null || value === undefined ? undefined : String(value);
  };
  if ('run' in link) {
    return (row) => {
      const id = read(row, link.run);
      return id === undefined ? undefined : runPath(read(row, 'source'), id);
    };
  }
  if ('mlflow' in link) {
    const { experiment, run } = link.mlflow;
    return (row) => {
      const [source, id] = [read(row, 'source'), read(row, experiment)];
      if (source === undefined || id === undefined) return undefined;
      return pageUrl(source, id, run === undefined ? undefined : read(row, run));
    };
  }
  const target = dashboards.get(link.dashboard);
  if (target === undefined) return undefined;
  return (row) => {
    const query = new URLSearchParams();
    for (const { name, raw } of choices.list) {
      if (name in target.params || name === 'source') {
        for (const value of raw) query.append(name, value);
      }
    }
    for (const [param, column] of Object.entries(link.with)) {
      const value = read(row, column);
      if (value !== undefined) query.set(param, value);
    }
    return dashboardPath(target.id, query);
  };
}
