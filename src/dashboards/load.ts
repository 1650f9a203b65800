import type { Dashboard, DashboardProblem, Dashboards } from './dashboard.ts';
import { readTexts } from '../queries/read-texts.ts';
import { readChartFile } from './check-file.ts';
import { parseDashboard, type ReadSpec } from './parse.ts';

/** Names of dashboard files. */
export const DASHBOARD_FILES = /\.ya?ml$/;

export interface OpenDashboards extends Dashboards {
  /**
   * Reads the folders again; a file with a mistake keeps its last good version. Mistakes that only
   * a check finds are handed in, and are then the problems there are.
   * @returns whether one of these is in files that are as they were without: what they ask for has changed
   */
  reload(found?: readonly DashboardProblem[]): Promise<boolean>;
}

/**
 * Reads `*.yaml` of each folder; in a later folder a file replaces an earlier one by id. Mistakes
 * are kept as problems, and the other dashboards stay up.
 * @throws RunlensError BAD_CONFIG for a folder that cannot be read
 */
export async function openDashboards(folders: readonly string[]): Promise<OpenDashboards> {
  let byId = new Map<string, Dashboard>();
  let problems: readonly DashboardProblem[] = [];
  /** Of files in which a check found no mistake, when it last found none. */
  const goodTexts = new Map<string, string>();
  const opened: OpenDashboards = {
    list: () => [...byId.values()],
    get: (id) => byId.get(id),
    problems: () => problems,
    async reload(found) {
      const broken = new Set(found?.map((it) => it.file));
      const isBroken = ({ file, charts }: Dashboard): boolean =>
        [file, ...charts].some((it) => broken.has(it));
      const read = (await Promise.all(folders.map(readFolder))).flat();
      const lastGood = new Map([...byId.values()].map((it) => [it.file, it]));
      let wereGood = false;
      const kept = read.flatMap(({ file, text, dashboard }) => {
        const good = dashboard !== undefined && !isBroken(dashboard);
        if (!good) wereGood ||= goodTexts.get(file) === text;
        else if (found !== undefined) goodTexts.set(file, text);
        return good ? dashboard : (lastGood.get(file) ?? dashboard ?? []);
      });
      const sorted = new Map(kept.map((it) => [it.id, it]));
      const order = (a: Dashboard, b: Dashboard): number =>
        a.position - b.position || (a.id < b.id ? -1 : 1);
      byId = new Map([...sorted.values()].sort(order).map((it) => [it.id, it]));
      problems = found ?? read.flatMap((it) => it.problems);
      return wereGood;
    },
  };
  await opened.reload();
  return opened;
}

async function readFolder(folder: string) {
  const read = await readTexts(folder, /\.vl\.json$/);
  const charts = new Map(read.map((it) => [it.name, readChartFile(it)]));
  const readSpec = (name: string): ReadSpec | undefined => {
    const chart = charts.get(name);
    const [problem] = chart?.findings ?? [];
    if (problem !== undefined) return { problem };
    return chart?.spec && { spec: chart.spec };
  };
  const chartTexts = new Map(read.map((it) => [it.file, it.text]));
  const files = await readTexts(folder, DASHBOARD_FILES);
  return files.map(({ file, text, problem }) => {
    if (problem !== undefined) return { file, text, dashboard: undefined, problems: [problem] };
    const parsed = parseDashboard({ file, text, readSpec });
    const charts = parsed.dashboard?.charts.map((it) => chartTexts.get(it)) ?? [];
    return { file, text: [text, ...charts].join('\n'), ...parsed };
  });
}
