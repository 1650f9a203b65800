import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { packagePath } from '../../src/paths.ts';

const folder = mkdtempSync(join(tmpdir(), 'runlens-lint-'));
cpSync(packagePath('.oxlintrc.json'), join(folder, '.oxlintrc.json'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What the linter says of a file, or one in a folder, that imports one in the folder `to`. */
function lint(from: string, to: string): string {
  const root = mkdtempSync(join(folder, 'case-'));
  cpSync(join(folder, '.oxlintrc.json'), join(root, '.oxlintrc.json'));
  const planted = from.endsWith('.ts') ? from : `${from}/planted.ts`;
  for (const name of [dirname(planted), to])
    mkdirSync(join(root, 'src', name), { recursive: true });
  writeFileSync(join(root, 'src', to, 'target.ts'), 'export const target = 1;\n');
  const target = `${planted === from ? '.' : '..'}/${to}/target.ts`;
  const text = `import { target } from '${target}';\n\nexport const planted = target;\n`;
  writeFileSync(join(root, 'src', planted), text);
  const oxlint = packagePath('node_modules/.bin/oxlint');
  const run = spawnSync(oxlint, ['--deny-warnings', 'src'], { cwd: root, encoding: 'utf8' });
  return `${run.status} ${run.stdout}${run.stderr}`;
}

it.each([
  ['mlflow', 'sources'],
  ['mlflow', 'store'],
  ['sources', 'ingest'],
  ['ingest', 'store'],
  ['store', 'queries'],
  ['queries', 'dashboards'],
  ['dashboards', 'render'],
  ['render', 'exports'],
  ['exports', 'server'],
  ['web', 'server'],
  ['server', 'cli'],
  ['engine', 'store'],
  ['schedule', 'ingest'],
  ['demo', 'store'],
  ['errors.ts', 'mlflow'],
  ['yaml.ts', 'dashboards'],
  ['app.ts', 'server'],
  ['config', 'cli'],
])('refuses an import against the flow: %s from %s', (from, to) => {
  const said = lint(from, to);
  expect(said).toMatch(/^1 /);
  expect(said).toContain('Data flows one way');
});

it.each([
  ['store', 'ingest'],
  ['ingest', 'sources'],
  ['server', 'web'],
  ['cli', 'server'],
  ['app.ts', 'store'],
])('allows an import along the flow: %s from %s', (from, to) => {
  expect(lint(from, to)).toMatch(/^0 /);
});
