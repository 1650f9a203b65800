import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { loadConfig } from '../../src/config.ts';
import { configFile } from '../../src/config/file.ts';
import { processEnvironment } from '../../src/config/environment.ts';
import { packagePath } from '../../src/paths.ts';

const text = (file: string): string => readFileSync(packagePath(file), 'utf8');
const README = text('README.md');
const DOCS = README + text('CONTRIBUTING.md');

function sources(folder: string): string[] {
  return readdirSync(packagePath(folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

it('names every variable that the code reads, and no other', () => {
  const read = new Set(
    [...sources('src'), ...sources('test')].flatMap(
      (file) => text(file).match(/\bRUNLENS_[A-Z_]+\b/g) ?? [],
    ),
  );
  const told = new Set(DOCS.match(/\bRUNLENS_[A-Z_]+\b/g));
  expect([...told].filter((name) => !read.has(name))).toEqual([]);
  expect([...read].filter((name) => !told.has(name))).toEqual([]);
});

it('alone reads the environment in src/config', () => {
  const readers = sources('src').filter((file) => text(file).includes('process.env'));
  expect(readers).toEqual(['src/config.ts']);
});

it('lists every command', () => {
  const table = new Set([...README.matchAll(/^\| `runlens (\w+)/gm)].map(([, name]) => name));
  const commands = createProgram().commands.map((command) => command.name());
  expect(table).toEqual(new Set(commands));
});

const KEYS = ['db', 'host', 'port', 'refresh', 'page_size', 'batch_bytes'];

it('tells the defaults that hold', () => {
  const config = loadConfig(
    { trackingUri: 'http://127.0.0.1:5000' },
    { environment: { ...processEnvironment({}), readText: () => undefined } },
  );
  const told = (key: string): string =>
    README.split('\n')
      .find((line) => line.startsWith('|') && line.includes(`| \`${key}\` `))
      ?.split('|')[4]
      ?.trim() ?? '';
  expect(Object.fromEntries(KEYS.map((key) => [key, told(key)]))).toEqual({
    db: `\`${config.db}\``,
    host: `\`${config.host}\``,
    port: `\`${config.port}\``,
    refresh: `\`${config.refresh}\``,
    page_size: String(config.pageSize),
    batch_bytes: `${config.batchBytes / 2 ** 20} MiB`,
  });
});

it('names every key of the config file, and no other', () => {
  const rows = README.split('\n').filter((line) =>
    /^\|( `--| {2,}\| `RUNLENS| {2,}\| {2,}\|)/.test(line),
  );
  const told = rows.flatMap(
    (row) =>
      row
        .split('|')[3]
        ?.match(/[\w]+(?=[`.])/g)
        ?.slice(0, 2) ?? [],
  );
  const keys = told.filter((it) => it !== 'experiments');
  expect(new Set(keys)).toEqual(new Set(Object.keys(configFile.shape)));
});

it('links to files that are there', () => {
  const links = [...README.matchAll(/\]\((?!http)([^)#]+)/g)].map(([, file = '']) => file);
  expect(links.length).toBeGreaterThan(2);
  expect(links.filter((file) => !existsSync(packagePath(file)))).toEqual([]);
});
