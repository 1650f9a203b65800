import { basename } from 'node:path';
import type { Reader } from '../engine/engine.ts';
import { notRead, type Finding } from '../queries/check-finding.ts';
import { readTexts, unreadTexts } from '../queries/read-texts.ts';
import { annotationMistakes } from './check-annotations.ts';
import { chartFindings, type ChartCheck } from './check-charts.ts';
import {
  readChartFile,
  readDashboardFile,
  type CheckedChart,
  type CheckedFile,
} from './check-file.ts';
import { layoutMistakes } from './check-layout.ts';
import {
  linkMistakes,
  optionsMistakes,
  panelMistakes,
  type KnownViews,
  type Mistake,
} from './check-panel.ts';
import { paramMistakes } from './check-params.ts';
import { typeMistakes } from './check-types.ts';
import { DASHBOARD_FILES } from './load.ts';
import { kindMistake } from './parse.ts';
import { runFindings } from './check-run.ts';
import { selectMistakes } from './check-select.ts';
import type { DashboardFile } from './schema.ts';

export interface CheckDashboardsOptions {
  /** The shipped folder first; in later ones a file replaces by id. */
  folders: readonly string[];
  views: KnownViews;
  /** An engine with the views and no rows: the panels' statements are tried on it. */
  reader: Reader;
  chart: ChartCheck;
  /** Milliseconds since 1970 UTC. */
  now: number;
}

interface CheckedFolder {
  files: CheckedFile[];
  charts: ReadonlyMap<string, CheckedChart>;
}

/**
 * Checks every dashboard file, each by itself: YAML, format, views, columns, parameters, charts,
 * links and layout.
 * @throws RunlensError BAD_CONFIG for a folder that cannot be read
 */
export async function checkDashboards(
  options: CheckDashboardsOptions,
): Promise<{ findings: Finding[]; files: number }> {
  const folders = await Promise.all(options.folders.map(readFolder));
  const files = folders.flatMap((it) => it.files);
  const targets = new Map(
    files.flatMap(({ id, dashboard }): [string, DashboardFile | undefined][] =>
      id === undefined ? [] : [[id, dashboard]],
    ),
  );
  const findings = (await unreadTexts(options.folders, DASHBOARD_FILES)).map(notRead);
  for (const { files, charts } of folders) {
    findings.push(...duplicateIds(files), ...[...charts.values()].flatMap((it) => it.findings));
    for (const file of files) {
      findings.push(
        ...file.findings,
        ...(await fileFindings(file, { charts, targets, ...options })),
      );
    }
  }
  const charts = folders.reduce((sum, it) => sum + it.charts.size, 0);
  return { findings, files: files.length + charts };
}

interface FileOptions extends CheckDashboardsOptions {
  charts: ReadonlyMap<string, CheckedChart>;
  targets: ReadonlyMap<string, DashboardFile | undefined>;
}

async function fileFindings(checked: CheckedFile, options: FileOptions): Promise<Finding[]> {
  const { file, dashboard, yaml } = checked;
  if (dashboard === undefined) return [];
  const { views, targets, charts, chart } = options;
  const panels = Object.entries(dashboard.panels);
  const specs = panels.flatMap(([, { chart: own }]) =>
    own === undefined ? [] : [typeof own === 'string' ? charts.get(own)?.spec : own],
  );
  const mistakes: Mistake[] = [
    ...paramMistakes(dashboard, specs),
    ...Object.entries(dashboard.params).flatMap(([id, param]) =>
      'options' in param ? optionsMistakes(id, param.options, views) : [],
    ),
    ...panels.flatMap(([id, panel]) => [
      ...kindMistakes(id, panel, dashboard),
      ...panelMistakes(id, panel, views),
      ...linkMistakes(id, panel, targets),
      ...selectMistakes(id, panel, dashboard),
    ]),
    ...typeMistakes(dashboard, views, yaml.otherwiseAt),
    ...annotationMistakes(dashboard, views, charts),
    ...layoutMistakes(dashboard),
  ];
  const found = [
    ...mistakes.map(({ path, ...rest }): Finding => ({ file, ...yaml.placeOf(path), ...rest })),
    ...panels.flatMap(([id, panel]) => {
      const view = views.catalog.get(panel.view ?? '');
      return chartFindings(checked, { id, panel, view, charts, check: chart });
    }),
  ];
  return [...found, ...(await runFindings(checked, found, options))];
}

function kindMistakes(
  id: string,
  panel: DashboardFile['panels'][string],
  { params }: DashboardFile,
): Mistake[] {
  const { markdown, chart, figure, view, alt, group, measures, where } = panel;
  const path = ['panels', id];
  const wrong = (message: string): Mistake => {
    return { severity: 'error', path, code: 'panel-kind', message: `panel ${id} ${message}` };
  };
  const found: Mistake[] = [];
  const kind = kindMistake(panel);
  if (kind !== undefined) found.push(wrong(kind));
  if (markdown === undefined && view === undefined) found.push(wrong('needs a view'));
  if (group !== undefined && measures === undefined)
    found.push(wrong('has a group, but no measures'));
  if (chart !== undefined && alt === undefined) {
    const message = `panel ${id} needs an alt text: what would one see in the chart?`;
    found.push({ severity: 'error', path, code: 'missing-alt', message });
  }
  // A parameter that is not there may be meant as one.
  const ranged = Object.values(where)
    .flat()
    .filter((it) => typeof it === 'string' && it.startsWith('$') && it !== '$source')
    .some((it) => (params[String(it).slice(1)]?.type ?? 'daterange') === 'daterange');
  if (figure?.compare === 'previous' && !ranged) {
    const message = 'comparing needs a daterange among the conditions of the panel';
    found.push({
      severity: 'warning',
      path: [...path, 'figure', 'compare'],
      code: 'compare',
      message,
    });
  }
  return found;
}

/** Within a folder; a file of a later folder may replace one by its id. */
function duplicateIds(files: readonly CheckedFile[]): Finding[] {
  return files.flatMap(({ id, file, yaml }, index): Finding[] => {
    const first = files.findIndex((it) => it.id === id);
    if (id === undefined || first === index) return [];
    const message = `the id ${id} is taken by ${basename(files[first]?.file ?? '')}`;
    return [{ severity: 'error', file, ...yaml.placeOf(['id']), code: 'duplicate-id', message }];
  });
}

async function readFolder(folder: string): Promise<CheckedFolder> {
  const charts = await readTexts(folder, /\.vl\.json$/);
  const files = await readTexts(folder, DASHBOARD_FILES);
  return {
    files: files.map(readDashboardFile),
    charts: new Map(charts.map((it) => [it.name, readChartFile(it)])),
  };
}
