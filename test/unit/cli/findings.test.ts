import { expect, it } from 'vitest';
import { formatFindings } from '../../../src/cli/findings.ts';
import { sortFindings, type Finding } from '../../../src/queries/check-finding.ts';

const FINDINGS: Finding[] = [
  { severity: 'warning', file: '/team/b c.yaml', line: 2, code: 'unused-parameter', message: 'b' },
  {
    severity: 'error',
    file: '/team/a.sql',
    line: 9,
    column: 3,
    code: 'not-portable',
    message: 'a',
  },
  { severity: 'error', file: '/else/where.yaml', line: 1, code: 'yaml', message: 'c' },
];
const report = { findings: FINDINGS, files: 7, version: '1.2.3', folder: '/team' };

it('prints a line for each, from the folder one is in, and a count', () => {
  expect(formatFindings(report, 'text').split('\n')).toEqual([
    'b c.yaml:2: warning: b [unused-parameter]',
    'a.sql:9:3: error: a [not-portable]',
    '/else/where.yaml:1: error: c [yaml]',
    '2 errors, 1 warning in 7 files',
    '',
  ]);
});

it('gives programs the same as JSON', () => {
  expect(JSON.parse(formatFindings(report, 'json'))).toEqual({
    files: 7,
    errors: 2,
    warnings: 1,
    findings: [
      { ...FINDINGS[0], file: 'b c.yaml' },
      { ...FINDINGS[1], file: 'a.sql' },
      FINDINGS[2],
    ],
  });
});

it('gives code review SARIF 2.1.0: rules, levels and places', () => {
  const { version, runs } = JSON.parse(formatFindings(report, 'sarif')) as {
    version: string;
    runs: { tool: { driver: object }; results: object[] }[];
  };
  expect(version).toBe('2.1.0');
  expect(runs).toHaveLength(1);
  expect(runs[0]?.tool.driver).toEqual({
    name: 'Runlens',
    version: '1.2.3',
    rules: [{ id: 'not-portable' }, { id: 'unused-parameter' }, { id: 'yaml' }],
  });
  expect(runs[0]?.results).toMatchObject([
    {
      ruleId: 'unused-parameter',
      ruleIndex: 1,
      level: 'warning',
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'b%20c.yaml', uriBaseId: '%SRCROOT%' },
            region: { startLine: 2 },
          },
        },
      ],
    },
    {
      level: 'error',
      message: { text: 'a' },
      locations: [{ physicalLocation: { region: { startLine: 9, startColumn: 3 } } }],
    },
    {
      locations: [{ physicalLocation: { artifactLocation: { uri: 'file:///else/where.yaml' } } }],
    },
  ]);
});

it('puts findings in order, each once', () => {
  const [first, second, third] = FINDINGS;
  if (!first || !second || !third) throw new Error('three findings');
  expect(sortFindings([first, second, third, first])).toEqual([third, second, first]);
});
