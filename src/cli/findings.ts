import { relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Finding } from '../queries/check-finding.ts';
import { counted } from './counted.ts';

export type FindingsFormat = 'text' | 'json' | 'sarif';

export interface FindingsReport {
  findings: readonly Finding[];
  /** How many files were looked at. */
  files: number;
  version: string;
  /** Paths are said from here. */
  folder: string;
}

/** The findings as lines for people, JSON for programs, or SARIF for code review. */
export function formatFindings(report: FindingsReport, format: FindingsFormat): string {
  const { findings, files, folder } = report;
  const placed = findings.map((it) => ({ ...it, file: shortPath(it.file, folder) }));
  const errors = countErrors(findings);
  const counts = { files, errors, warnings: findings.length - errors };
  if (format === 'sarif') return json(sarif(report));
  if (format === 'json') return json({ ...counts, findings: placed });
  const lines = placed.map(({ file, line, column, severity, code, message }) => {
    const place = [file, line, ...(column === undefined ? [] : [column])].join(':');
    return `${place}: ${severity}: ${message} [${code}]`;
  });
  return `${[...lines, summary(counts)].join('\n')}\n`;
}

export const countErrors = (findings: readonly Finding[]): number =>
  findings.filter((it) => it.severity === 'error').length;

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

function summary({ files, errors, warnings }: Record<'files' | 'errors' | 'warnings', number>) {
  return `${counted(errors, 'error')}, ${counted(warnings, 'warning')} in ${counted(files, 'file')}`;
}

/** From the folder when it is inside of it, whole otherwise. */
function shortPath(file: string, folder: string): string {
  const short = relative(folder, file);
  return short.startsWith('..') ? file : short;
}

/** Static Analysis Results Interchange Format 2.1.0, which code hosts show beside the lines. */
function sarif({ findings, version, folder }: FindingsReport) {
  const rules = [...new Set(findings.map((it) => it.code))].sort();
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Runlens', version, rules: rules.map((id) => ({ id })) } },
        results: findings.map(({ file, line, column, severity, code, message }) => ({
          ruleId: code,
          ruleIndex: rules.indexOf(code),
          level: severity,
          message: { text: message },
          locations: [
            {
              physicalLocation: {
                artifactLocation: artifact(file, folder),
                region: {
                  startLine: line,
                  ...(column === undefined ? {} : { startColumn: column }),
                },
              },
            },
          ],
        })),
      },
    ],
  };
}

function artifact(file: string, folder: string): { uri: string; uriBaseId?: string } {
  const short = shortPath(file, folder);
  if (short === file) return { uri: pathToFileURL(file).href };
  return { uri: short.split(/[\\/]/).map(encodeURIComponent).join('/'), uriBaseId: '%SRCROOT%' };
}
