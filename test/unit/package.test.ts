import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packagePath } from '../../src/paths.ts';

/** What `npm pack` would put into the package. */
function packed(): string[] {
  const run = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: packagePath('.'),
    encoding: 'utf8',
  });
  const [pack] = Object.values(JSON.parse(run.stdout) as { files: { path: string }[] }[]);
  return (pack?.files ?? []).map(({ path }) => path);
}

it('has every file that the code reads beside itself, and none of its tests', () => {
  const files = packed();
  const beside = readdirSync(packagePath('src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/(\.tsx?|tsconfig\.json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(packagePath('.').length));
  expect(beside.length).toBeGreaterThan(10);
  expect(beside.filter((path) => !files.includes(path))).toEqual([]);
  expect(files.filter((path) => /^(test|bench)\//.test(path))).toEqual([]);
});
