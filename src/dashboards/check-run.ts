import type { Reader } from '../engine/engine.ts';
import { ERRORS, toRunlensError } from '../errors.ts';
import { withHint, type Finding } from '../queries/check-finding.ts';
import { readMarks } from './annotations.ts';
import type { CheckedChart, CheckedFile } from './check-file.ts';
import { resolveChoices } from './choices.ts';
import type { KnownViews } from './check-panel.ts';
import type { Dashboard } from './dashboard.ts';
import { parseDashboard } from './parse.ts';
import { readPanelRows } from './rows.ts';

export interface RunOptions {
  views: KnownViews;
  reader: Reader;
  charts: ReadonlyMap<string, CheckedChart>;
  now: number;
}

/**
 * What only the service's own code finds: it reads the file and asks the engine for each panel's
 * rows, with the choices a viewer begins with. Nothing is said of places already known to be wrong.
 */
export async function runFindings(
  checked: CheckedFile,
  known: readonly Finding[],
  { views, reader, charts, now }: RunOptions,
): Promise<Finding[]> {
  const { file, text, yaml } = checked;
  if (known.some((it) => it.severity === 'error')) return [];
  const readSpec = (name: string) => ({ spec: charts.get(name)?.spec ?? {} });
  const { dashboard, problems } = parseDashboard({ file, text, readSpec });
  const say = (path: readonly PropertyKey[], code: string, thrown: unknown): Finding => {
    const { message: said, hint, code: kind } = toRunlensError(thrown);
    const message = hint === ERRORS[kind].hint ? said : withHint(said, hint);
    return { severity: 'error', file, ...yaml.placeOf(path), code, message };
  };
  if (dashboard === undefined) {
    return problems.map((it) => ({ severity: 'error', code: 'schema', ...it }));
  }
  if (viewsOf(dashboard).some((name) => views.broken.has(name))) return [];
  const { catalog } = views;
  const query = new URLSearchParams();
  try {
    const choices = await resolveChoices({ dashboard, query, sources: [], catalog, reader, now });
    const findings: Finding[] = [];
    for (const panel of dashboard.panels) {
      if (panel.kind === 'markdown') continue;
      try {
        await readPanelRows(panel, { reader, catalog, choices });
      } catch (error) {
        findings.push(say(['panels', panel.id, 'view'], 'panel-query', error));
      }
    }
    for (const annotation of dashboard.annotations) {
      try {
        await readMarks(annotation, { reader, catalog, choices });
      } catch (error) {
        findings.push(say(['annotations', annotation.id, 'view'], 'panel-query', error));
      }
    }
    return findings;
  } catch (error) {
    return [say(['params', toRunlensError(error).field ?? '', 'default'], 'parameter', error)];
  }
}

function viewsOf({ panels, params, annotations }: Dashboard): string[] {
  return [
    ...annotations.map((it) => it.view),
    ...panels.flatMap((it) => (it.kind === 'markdown' ? [] : it.query.view)),
    ...Object.values(params).flatMap((it) => ('options' in it ? it.options.view : [])),
  ];
}
