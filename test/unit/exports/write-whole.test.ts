import { execFileSync } from 'node:child_process';
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeWhole } from '../../../src/exports/write-whole.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runlens-whole-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('writes into a pipe, and does not put a file in its place', async () => {
  const pipe = join(folder, 'pipe');
  execFileSync('sh', ['-c', 'mkfifo "$0"', pipe]);
  const [read] = await Promise.all([readFile(pipe, 'utf8'), writeWhole(pipe, ['some', 'thing'])]);
  expect(read).toBe('something');
  expect((await lstat(pipe)).isFIFO()).toBe(true);
  expect(await readdir(folder)).toEqual(['pipe']);
});

it('writes the file behind a link, and leaves the link', async () => {
  await mkdir(join(folder, 'there'));
  const file = join(folder, 'there', 'file');
  await writeFile(file, 'old');
  await symlink(file, join(folder, 'link'));
  await writeWhole(join(folder, 'link'), ['new']);
  expect((await lstat(join(folder, 'link'))).isSymbolicLink()).toBe(true);
  expect(await readFile(file, 'utf8')).toBe('new');
  expect(await readdir(join(folder, 'there'))).toEqual(['file']);
});

it('leaves nothing in the place of a folder', async () => {
  await mkdir(join(folder, 'taken'));
  await expect(writeWhole(join(folder, 'taken'), ['new'])).rejects.toMatchObject({
    code: 'WRITE_FAILED',
  });
  expect(await readdir(folder)).toEqual(['taken']);
});
