import { parse } from 'lossless-json';
import type { Finding } from '../queries/check-finding.ts';
import type { Problem, TextFile } from '../queries/read-texts.ts';
import type { ChartSpec } from './dashboard.ts';
import { explain } from './explain.ts';
import { locateYaml, type LocatedYaml } from '../yaml.ts';
import { dashboardSchema, type DashboardFile } from './schema.ts';

/** A dashboard file as far as it can be read, with what keeps it from being read further. */
export interface CheckedFile {
  file: string;
  text: string;
  /** As far as it can be told: a link to a broken file is no mistake. */
  id: string | undefined;
  yaml: LocatedYaml;
  /** Undefined when it is no dashboard. */
  dashboard: DashboardFile | undefined;
  findings: Finding[];
}

type Read = Pick<TextFile, 'file' | 'text' | 'problem'>;

const unreadable = (problem: Problem): Finding => ({
  severity: 'error',
  code: 'unreadable',
  ...problem,
});

export function readDashboardFile({ file, text, problem }: Read): CheckedFile {
  const yaml = locateYaml(text);
  if (problem !== undefined) {
    const findings = [unreadable(problem)];
    return { file, text, yaml, id: undefined, dashboard: undefined, findings };
  }
  const findings = yaml.mistakes.map((it): Finding => {
    return { severity: 'error', file, code: 'yaml', ...it };
  });
  const base = { file, text, yaml };
  if (findings.length > 0) {
    const [, id] = /^id: *["']?([a-z0-9-]+)/m.exec(text) ?? [];
    return { ...base, id, dashboard: undefined, findings };
  }
  const parsed = dashboardSchema.safeParse(yaml.value);
  if (parsed.success) return { ...base, id: parsed.data.id, dashboard: parsed.data, findings };
  for (const { path, message } of explain(parsed.error.issues, yaml.value)) {
    const where = path.length === 0 ? '' : `${path.join('.')}: `;
    findings.push({
      severity: 'error',
      file,
      ...yaml.placeOf(path),
      code: 'schema',
      message: `${where}${message}`,
    });
  }
  return { ...base, id: idOf(yaml.value), dashboard: undefined, findings };
}

function idOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('id' in value)) return undefined;
  return typeof value.id === 'string' ? value.id : undefined;
}

/** A chart's spec, and how to say where in it something is. */
export interface CheckedChart {
  spec: ChartSpec | undefined;
  findings: Finding[];
  locate: (path: readonly PropertyKey[]) => Pick<Finding, 'file' | 'line' | 'column'>;
}

/** A `.vl.json` file beside a dashboard. */
export function readChartFile({ file, text, problem }: Read): CheckedChart {
  const yaml = locateYaml(text);
  const locate: CheckedChart['locate'] = (path) => ({ file, ...yaml.placeOf(path) });
  if (problem !== undefined) return { spec: undefined, findings: [unreadable(problem)], locate };
  const failed = (line: number, message: string): CheckedChart => ({
    spec: undefined,
    findings: [{ severity: 'error', file, line, code: 'json', message }],
    locate,
  });
  try {
    const spec: unknown = JSON.parse(text);
    if (typeof spec !== 'object' || spec === null || Array.isArray(spec)) {
      return failed(1, 'a chart is one object');
    }
    return { spec: spec as ChartSpec, findings: [], locate };
  } catch {
    const { message, offset } = jsonMistake(text);
    const line = text.slice(0, offset).split('\n').length;
    return failed(line, `not JSON: ${message}`);
  }
}

/** Node 20 itself does not always say where. */
function jsonMistake(text: string): { message: string; offset: number } {
  try {
    parse(text);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const [, message = said, position] = /^(.*) at position (\d+)$/s.exec(said) ?? [];
    return { message, offset: Number(position ?? text.trimEnd().length) };
  }
  return { message: 'it cannot be read', offset: 0 };
}
