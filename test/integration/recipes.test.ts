import { execFile, type ExecFileOptions } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packagePath } from '../../src/paths.ts';
import { requirePython } from '../support/python.ts';
import { startService, untilReady, type Service } from '../support/service.ts';

const DOCUMENTS = ['README.md', 'docs/exports.md'];
const ADDRESS = 'http://127.0.0.1:5055';

/** The fenced blocks of one language under a document's heading, as they stand there. */
function recipes(document: string, heading: string, language: string): string[] {
  const text = readFileSync(packagePath(document), 'utf8');
  const [, part = ''] = text.split(`\n## ${heading}\n`);
  const [section = ''] = part.split('\n## ');
  return [...section.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].flatMap(([, name, code = '']) =>
    name === language ? [code] : [],
  );
}

const python = requirePython('the recipes in Python', ['pandas', 'pyarrow', 'polars', 'duckdb']);

describe('the recipes of the documents, word by word', () => {
  const folder = mkdtempSync(join(tmpdir(), 'runlens-recipes-'));
  let service: Service;
  let ids: string[];
  let finished: number;

  /** As it stands in the document, but for the address of the service. */
  const here = (text: string): string => text.replaceAll(ADDRESS, service.url);

  const run = (command: string, args: string[], input = ''): Promise<string> =>
    new Promise((done, failed) => {
      const options: ExecFileOptions = { cwd: folder, maxBuffer: 1 << 26 };
      const child = execFile(command, args, options, (error, stdout, stderr) =>
        error === null
          ? done(String(stdout))
          : failed(new Error(`${args.join(' ')}\n${String(stderr)}`, { cause: error })),
      );
      child.stdin?.end(input);
    });

  beforeAll(async () => {
    const modules = join(folder, 'node_modules');
    mkdirSync(join(modules, '.bin'), { recursive: true });
    symlinkSync(packagePath('node_modules/apache-arrow'), join(modules, 'apache-arrow'));
    const bin = join(modules, '.bin', 'runlens');
    const main = packagePath('dist/cli/main.js');
    writeFileSync(bin, `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`, { mode: 0o755 });
    service = await startService(['--db', join(folder, 'served.duckdb'), '--refresh', 'off']);
    await untilReady(service.url);
    const answer = await fetch(`${service.url}/api/v1/views/runs.json`);
    const runs = (await answer.json()) as Record<string, string>[];
    const active = runs.filter((it) => it['lifecycle_stage'] === 'active');
    ids = active.map((it) => it['run_id'] ?? '').toSorted();
    finished = active.filter((it) => it['status'] === 'FINISHED').length;
    const exporting = [
      ...recipes('README.md', 'Three uses', 'sh').filter((text) => text.includes('runlens export')),
      ...recipes('docs/exports.md', 'As a file', 'sh'),
    ];
    expect(exporting).toHaveLength(2);
    for (const text of exporting) await run('sh', ['-c', text]);
  });
  afterAll(async () => {
    await service.stop();
    rmSync(folder, { recursive: true });
  });

  it('make files with the rows and what they are', async () => {
    const table = tableFromIPC(await readFile(join(folder, 'runs.arrow')));
    expect([...(table.getChild('run_id') ?? [])].map(String).toSorted()).toEqual(ids);
    const best = await readFile(join(folder, 'best.parquet'));
    expect(best.subarray(0, 4).toString()).toBe('PAR1');
    const beside = await readFile(join(folder, 'runs.parquet.manifest.json'), 'utf8');
    expect(JSON.parse(beside)).toMatchObject({ frame: 'runs', rows: ids.length });
  });

  it('give the runs over HTTP by what is accepted', async () => {
    const [text = ''] = recipes('docs/exports.md', 'Straight from the service', 'sh');
    await run('sh', ['-c', here(text)]);
    const [head, ...rows] = (await readFile(join(folder, 'runs.csv'), 'utf8'))
      .trimEnd()
      .split('\r\n');
    expect(head).toMatch(/^run_id,status,metrics\./);
    expect(rows.map((row) => row.slice(0, 32)).toSorted()).toEqual(ids);
  });

  it('give the runs in JavaScript', async () => {
    const [text = ''] = recipes('docs/exports.md', 'Straight from the service', 'js');
    const path = join(folder, 'recipe.mjs');
    const show = `console.log(JSON.stringify([...runs.getChild('run_id')]));`;
    writeFileSync(path, `${here(text)}\n${show}\n`);
    const shown = JSON.parse(await run(process.execPath, [path])) as string[];
    expect(shown.toSorted()).toEqual(ids);
  });

  it('give the runs in SQL', async () => {
    const [text = ''] = recipes('docs/exports.md', 'As a file', 'sql');
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(`set file_search_path = '${folder}'`);
    const rows = (await connection.runAndReadAll(text)).getRowsJS();
    connection.closeSync();
    instance.closeSync();
    const counts = new Map(rows.map(([status, runs]) => [status, Number(runs)]));
    expect(counts.get('FINISHED')).toBe(finished);
    expect([...counts.values()].reduce((sum, runs) => sum + runs, 0)).toBe(ids.length);
  });

  it.skipIf(python === undefined)('give the runs in pandas, Polars and DuckDB', async () => {
    const texts = [
      ...recipes('docs/exports.md', 'As a file', 'python'),
      ...recipes('docs/exports.md', 'Straight from the service', 'python'),
      ...recipes('README.md', 'Three uses', 'python'),
    ];
    const script = packagePath('test/integration/recipes.py');
    const input = JSON.stringify(texts.map(here));
    const lines = (await run(python ?? '', [script], input)).trimEnd().split('\n');
    const answers = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(answers.map((it) => it['kind'])).toEqual([
      'pandas',
      'pandas',
      'polars',
      'pandas',
      'pandas',
      'pandas',
    ]);
    for (const answer of answers) {
      expect(answer).toMatchObject({ rows: ids.length, finished, ids });
      expect((answer['columns'] as string[])[0]).toBe('run_id');
    }
  });

  it('are all run, but for Spark and R', () => {
    const languages = DOCUMENTS.flatMap((file) =>
      [...readFileSync(packagePath(file), 'utf8').matchAll(/^```(\w+)$/gm)].map(([, name]) => name),
    );
    expect(new Set(languages)).toEqual(
      new Set(['sh', 'yaml', 'python', 'sql', 'js', 'scala', 'r']),
    );
    expect(languages.filter((name) => name === 'python')).toHaveLength(6);
    expect(languages.filter((name) => name === 'js')).toHaveLength(1);
    expect(languages.filter((name) => name === 'sql')).toHaveLength(1);
  });
});
