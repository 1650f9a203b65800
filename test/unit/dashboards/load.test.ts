import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDashboards } from '../../../src/dashboards/load.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runlens-load-'));
  for (const name of ['shipped', 'own']) await mkdir(join(folder, name));
});
afterEach(() => rm(folder, { recursive: true }));

const write = (file: string, text: string) => writeFile(join(folder, file), text);
const dashboard = (id: string, title: string, panel = 'markdown: Hello') => `version: 1
id: ${id}
title: ${title}
panels:
  a: { title: A, ${panel} }
layout: [[a]]
`;
const CHART = 'view: runs, alt: Runs, chart: one.vl.json';
const open = () => openDashboards([join(folder, 'shipped'), join(folder, 'own')]);
const titles = (all: Awaited<ReturnType<typeof open>>) => all.list().map((it) => it.title);

it('adds a folder to another, and replaces by id whatever the file is called', async () => {
  await write('shipped/overview.yaml', dashboard('overview', 'Shipped'));
  await write('shipped/users.yaml', dashboard('users', 'Users'));
  await write('own/mine.yml', dashboard('overview', 'Mine'));
  await write('own/new.yaml', dashboard('new', 'New'));
  const dashboards = await open();
  expect(titles(dashboards)).toEqual(['New', 'Mine', 'Users']);
  expect(dashboards.problems()).toEqual([]);
});

it('leaves the shipped one up while its replacement has a mistake', async () => {
  await write('shipped/overview.yaml', dashboard('overview', 'Shipped'));
  await write('own/mine.yaml', dashboard('overview', 'Mine', 'markdwon: x'));
  const dashboards = await open();
  expect(titles(dashboards)).toEqual(['Shipped']);
  const [problem] = dashboards.problems();
  expect(problem).toMatchObject({ file: join(folder, 'own/mine.yaml'), line: 5 });
});

it('names a chart file with a mistake, not the dashboard that draws from it', async () => {
  await write('own/mine.yaml', dashboard('mine', 'Mine', CHART));
  await write('own/one.vl.json', '{\n  "mark": \n}');
  const [problem] = (await open()).problems();
  expect(problem).toMatchObject({ file: join(folder, 'own/one.vl.json'), line: 3 });
});

it('keeps what was good for a mistake that only a check finds, also one of its chart', async () => {
  await write('own/mine.yaml', dashboard('mine', 'First', CHART));
  await write('own/one.vl.json', '{ "mark": "bar" }');
  const dashboards = await open();
  const problem = { file: join(folder, 'own/one.vl.json'), line: 1, message: 'no field' };
  await write('own/mine.yaml', dashboard('mine', 'Second', CHART));
  await dashboards.reload([problem]);
  expect(titles(dashboards)).toEqual(['First']);
  expect(dashboards.problems()).toEqual([problem]);
  await dashboards.reload([]);
  expect(titles(dashboards)).toEqual(['Second']);
});
