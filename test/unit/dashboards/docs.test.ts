import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dashboardJsonSchema } from '../../../src/dashboards/schema.ts';
import { packagePath } from '../../../src/paths.ts';
import { runCli } from '../../support/cli.ts';
import { withReference } from '../../support/reference.ts';
import { formatSections, sectionText } from './format-reference.ts';

const DOC = packagePath('docs/dashboards.md');
const text = readFileSync(DOC, 'utf8');

/** The files that the tutorial tells one to write: a name on its own line, then what is in it. */
const FILES = [...text.matchAll(/^`([^`\n]+)`\n\n```\w+\n(.*?)^```$/gms)].map(
  ([, name = '', content = '']) => ({ name, content }),
);
const COMMANDS = [...text.matchAll(/^npx runlens (check|render) ?(.*)$/gm)].map(
  ([, command = '', rest = '']) => [command, ...rest.split(' ').filter((it) => it !== '')],
);

/** Of the week before this one, as the tutorial's axis writes it. */
function lastMonday(): string {
  const day = new Date();
  day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7) - 7);
  return day.toLocaleDateString('en-US', { month: 'short', day: 'numeric', timeZone: 'UTC' });
}

describe('the tutorial', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'runlens-tutorial-'));
    for (const { name, content } of FILES) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('has a file of each kind', () => {
    expect(FILES.map((it) => it.name)).toEqual([
      'runlens.yaml',
      'queries/weekly_hours.sql',
      'dashboards/weekly-hours.vl.json',
      'dashboards/weekly-hours.yaml',
    ]);
    expect(COMMANDS.map(([command]) => command)).toEqual(['check', 'render', 'render']);
  });

  it('does as it says, word by word', async () => {
    for (const command of COMMANDS) {
      const { code, stdout, stderr } = await runCli(command, { cwd: folder });
      expect({ command, code, stderr }).toMatchObject({ code: 0 });
      expect(stdout).toMatch(/^0 errors, 0 warnings|^weeks\.svg: |^weekly-hours\.html: /);
    }
    const svg = readFileSync(join(folder, 'weeks.svg'), 'utf8');
    expect(svg).toContain('Hours by week');
    expect(svg).toContain('digits-classification');
    expect(svg).toContain(`>${lastMonday()}<`);
  });

  it('is checked: a mistake in its view is found', async () => {
    const file = join(folder, 'dashboards/weekly-hours.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('sum(hours)', 'sum(hour)'));
    const { code, stdout } = await runCli(['check'], { cwd: folder });
    expect(code).toBe(1);
    expect(stdout).toContain('weekly-hours.yaml');
  });
});

describe('the reference', () => {
  const sections = formatSections(dashboardJsonSchema());

  it('says of every key what it means', () => {
    const keys = sections.flatMap((it) => it.keys);
    expect(keys.length).toBeGreaterThan(50);
    expect(keys.filter((it) => it.means === '').map((it) => it.key)).toEqual([]);
  });

  it('equals the schema', async () => {
    const made = sections.map(sectionText).join('\n\n');
    await expect(await withReference(DOC, 'format', made)).toMatchFileSnapshot(DOC);
  });
});
