import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RunlensError } from '../errors.ts';
import type { Dashboard, DashboardProblem, Dashboards } from './dashboard.ts';
import { readChartFile, type CheckedChart } from './check-file.ts';
import { parseDashboard, type ReadSpec } from './parse.ts';

export interface OpenDashboards extends Dashboards {
  /**
   * Reads the folders again; a file with a mistake keeps its last good version. Mistakes that only
   * a check finds are handed in, and are then the problems there are.
   */
  reload(found?: readonly DashboardProblem[]): Promise<void>;
}

/**
 * Reads `*.yaml` of each folder; in a later folder a file replaces an earlier one by id. Mistakes
 * are kept as problems, and the other dashboards stay up.
 * @throws RunlensError BAD_CONFIG for a folder that cannot be read
 */
export async function openDashboards(folders: readonly string[]): Promise<OpenDashboards> {
  let byId = new Map<string, Dashboard>();
  let problems: readonly DashboardProblem[] = [];
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
      const kept = read.flatMap(({ file, dashboard }) => {
        const good = dashboard !== undefined && !isBroken(dashboard);
        return good ? dashboard : (lastGood.get(file) ?? dashboard ?? []);
      });
      const sorted = new Map(kept.map((it) => [it.id, it]));
      const order = (a: Dashboard, b: Dashboard): number =>
        a.position - b.position || (a.id < b.id ? -1 : 1);
      byId = new Map([...sorted.values()].sort(order).map((it) => [it.id, it]));
      problems = found ?? read.flatMap((it) => it.problems);
    },
  };
  await opened.reload();
  return opened;
}

async function readFolder(folder: string) {
  const names = await list(folder);
  const charts = new Map<string, CheckedChart>();
  for (const name of names.filter((it) => it.endsWith('.vl.json'))) {
    const file = join(folder, name);
    charts.set(name, readChartFile(file, await readFile(file, 'utf8')));
  }
  const readSpec = (name: string): ReadSpec | undefined => {
    const chart = charts.get(name);
    const [problem] = chart?.findings ?? [];
    if (problem !== undefined) return { problem };
    return chart?.spec && { spec: chart.spec };
  };
  const files = names.filter((it) => it.endsWith('.yaml') || it.endsWith('.yml'));
  return Promise.all(
    files.map(async (name) => {
      const file = join(folder, name);
      const text = await readFile(file, 'utf8');
      return { file, ...parseDashboard({ file, text, readSpec }) };
    }),
  );
}

async function list(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();
  } catch (error) {
    throw new RunlensError('BAD_CONFIG', `cannot read the folder ${folder}`, { cause: error });
  }
}
