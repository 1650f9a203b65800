import { checkDashboards } from '../dashboards/check.ts';
import { checkQueries } from '../queries/check.ts';
import { sortFindings, type Finding } from '../queries/check-finding.ts';
import { chartMistakes } from '../render/check-chart.ts';
import { Store } from '../store/store.ts';

export interface CheckFilesOptions {
  /** Folders, the shipped one first. */
  queries: readonly string[];
  dashboards: readonly string[];
  /** Milliseconds since 1970 UTC. */
  now: number;
}

/**
 * Every query and dashboard against the format and an engine without rows. Vega has to be prepared.
 * @throws RunlensError BAD_CONFIG for a folder that cannot be read
 */
export async function checkFiles({
  queries,
  dashboards,
  now,
}: CheckFilesOptions): Promise<{ findings: Finding[]; files: number }> {
  const store = await Store.open({ path: ':memory:' });
  try {
    const views = await checkQueries({ store, folders: queries });
    const checked = await checkDashboards({
      folders: dashboards,
      views,
      reader: store.engine,
      chart: chartMistakes,
      now,
    });
    return {
      findings: sortFindings([...views.findings, ...checked.findings]),
      files: views.files + checked.files,
    };
  } finally {
    await store.close();
  }
}
