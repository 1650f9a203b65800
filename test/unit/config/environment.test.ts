import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { processEnvironment } from '../../../src/config/environment.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runlens-environment-'));
});
afterAll(() => rm(folder, { recursive: true }));

const readText = (path: string) => processEnvironment({}).readText(path);

it('finds no file in a home that is no folder, as of users who never log in', async () => {
  const home = join(folder, 'null');
  await writeFile(home, '');
  expect(readText(join(home, '.mlflow', 'credentials'))).toBeUndefined();
});

it('says that it cannot read what is there', () => {
  expect(() => readText(folder)).toThrow(`cannot read ${folder}`);
});
