import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatFindings, type FindingsFormat } from '../../../src/cli/findings.ts';
import { checkDashboards } from '../../../src/dashboards/check.ts';
import { packagePath } from '../../../src/paths.ts';
import { checkQueries } from '../../../src/queries/check.ts';
import { sortFindings } from '../../../src/queries/check-finding.ts';
import { chartMistakes } from '../../../src/render/check-chart.ts';
import { prepareVega } from '../../../src/render/draw.ts';
import { Store } from '../../../src/store/store.ts';

prepareVega();

const PLANTED = packagePath('test/unit/dashboards/planted');

let store: Store;
beforeEach(async () => {
  store = await Store.open({ path: ':memory:' });
});
afterEach(() => store.close());

/** Checks the shipped queries with a folder's own, and the folder's dashboards; the shipped ones without. */
async function check(folder?: string) {
  const shipped = packagePath('queries');
  const has = (name: string): boolean => folder !== undefined && readdirSync(folder).includes(name);
  const views = await checkQueries({
    store,
    folders: has('queries') ? [shipped, join(folder ?? '', 'queries')] : [shipped],
  });
  const { findings } = await checkDashboards({
    folders:
      folder === undefined
        ? [packagePath('dashboards')]
        : has('dashboards')
          ? [join(folder, 'dashboards')]
          : [],
    views,
    reader: store.engine,
    chart: chartMistakes,
    now: Date.UTC(2026, 10, 20),
  });
  const all = sortFindings([...views.findings, ...findings]);
  const report = { findings: all, files: 0, version: '', folder: folder ?? packagePath('.') };
  return (format: FindingsFormat) => formatFindings(report, format);
}

/** What a line of text says, as the other formats have it. */
function readLine(line: string) {
  const [, file, at, column, severity, message, code] =
    /^(.+?):(\d+):(?:(\d+):)? (error|warning): (.*) \[([a-z-]+)\]$/.exec(line) ?? [];
  const place = { file, line: Number(at), ...(column && { column: Number(column) }) };
  return { severity, ...place, code, message };
}

/** The fields of SARIF 2.1.0 that name a mistake and its place. */
interface Sarif {
  version: string;
  runs: {
    tool: { driver: { name: string; rules: { id: string }[] } };
    results: {
      ruleId: string;
      ruleIndex: number;
      level: string;
      message: { text: string };
      locations: {
        physicalLocation: {
          artifactLocation: { uri: string; uriBaseId: string };
          region: { startLine: number; startColumn?: number };
        };
      }[];
    }[];
  }[];
}

function readSarif(text: string) {
  const { version, runs } = JSON.parse(text) as Sarif;
  expect({ version, runs: runs.length }).toEqual({ version: '2.1.0', runs: 1 });
  const { rules } = runs[0]?.tool.driver ?? { rules: [] };
  return runs[0]?.results.map(({ ruleId, ruleIndex, level, message, locations }) => {
    expect(rules[ruleIndex]).toEqual({ id: ruleId });
    const [{ physicalLocation: place } = { physicalLocation: undefined }] = locations;
    const { startLine, startColumn } = place?.region ?? {};
    return {
      severity: level,
      file: decodeURIComponent(place?.artifactLocation.uri ?? ''),
      line: startLine,
      ...(startColumn === undefined ? {} : { column: startColumn }),
      code: ruleId,
      message: message.text,
    };
  });
}

it('finds nothing in the shipped queries and dashboards', async () => {
  expect((await check())('text')).toBe('0 errors, 0 warnings in 0 files\n');
});

describe('finds what is planted, with its place, and nothing else', () => {
  it.each(readdirSync(PLANTED))('%s', async (name) => {
    const folder = join(PLANTED, name);
    const report = await check(folder);
    const lines = report('text').split('\n').slice(0, -2);
    expect(lines).not.toEqual([]);
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(join(folder, 'expected.txt'));
    const found = lines.map(readLine);
    expect((JSON.parse(report('json')) as { findings: unknown }).findings).toEqual(found);
    expect(readSarif(report('sarif'))).toEqual(found);
  });
});
