import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser } from '../support/browser.ts';
import { startService, untilReady, type Service } from '../support/service.ts';

const folder = mkdtempSync(join(tmpdir(), 'runlens-watch-'));
const at = (...path: string[]): string => join(folder, ...path);
const MINE = at('dashboards', 'mine.yaml');
const CHART = at('dashboards', 'mine.vl.json');
const VIEW = at('queries', 'mine.sql');

let service: Service;
let browser: Browser;
/** One page stays open through all of it, and is never loaded again. */
let page: Page;

const dashboard = (title: string, more = ''): string => `version: 1
id: mine
title: ${title}
description: Made by a test.
panels:
  all:
    title: All runs
    view: mine
    alt: Runs by word
    chart: mine.vl.json
layout: [[all]]
${more}`;

const chart = (axis: string): string =>
  JSON.stringify(
    {
      mark: 'bar',
      encoding: {
        y: { field: 'word', type: 'nominal' },
        x: { field: 'runs', type: 'quantitative', title: axis },
      },
    },
    undefined,
    2,
  );

const view = (word: string): string => `-- name: mine
-- title: Mine
-- grain: one row a word
-- columns:
--   word: a word
--   runs: runs
select cast('${word}' as varchar) as word, count(*) as runs
from active_runs
`;

/** As most editors save: beside it under another name, then put in its place. */
function save(file: string, text: string): void {
  writeFileSync(`${file}.part`, text);
  renameSync(`${file}.part`, file);
}

const heading = (text: string) => page.locator('h1', { hasText: text }).waitFor();
const drawn = (text: string) => page.locator('.chart.live text', { hasText: text }).waitFor();
const mistakes = () => page.locator('.mistakes');
const noMistakes = () => mistakes().waitFor({ state: 'detached' });
const said = async (text: string): Promise<void> => {
  await mistakes().getByText(text, { exact: false }).first().waitFor();
};

beforeAll(async () => {
  mkdirSync(at('dashboards'));
  mkdirSync(at('queries'));
  writeFileSync(MINE, dashboard('First title'));
  writeFileSync(CHART, chart('first axis'));
  writeFileSync(VIEW, view('first word'));
  writeFileSync(at('runlens.yaml'), 'dashboards: [dashboards]\nqueries: [queries]\n');
  const flags = ['--config', at('runlens.yaml'), '--db', at('watch.duckdb'), '--watch'];
  service = await startService(flags);
  await untilReady(service.url);
  browser = await openBrowser();
  page = await browser.newPage();
  page.setDefaultTimeout(15_000);
  await page.goto(`${service.url}/dashboards/mine`);
  await page.evaluate('window.untouched = true');
});
afterAll(async () => {
  expect(await page.evaluate('window.untouched')).toBe(true);
  await browser.close();
  await service.stop();
  rmSync(folder, { recursive: true });
});

it('shows an edit of YAML, Vega-Lite and SQL in the open page', async () => {
  await heading('First title');
  await drawn('first axis');
  save(MINE, dashboard('Second title'));
  await heading('Second title');
  writeFileSync(CHART, chart('second axis'));
  await drawn('second axis');
  save(VIEW, view('second word'));
  await drawn('second word');
  expect(await mistakes().count()).toBe(0);
});

it.each([
  ['a key that is none', MINE, dashboard('Never', 'surprise: true\n'), 'mine.yaml:12'],
  ['no YAML', MINE, dashboard('Never', 'b: [\n'), 'mine.yaml:1'],
  ['a chart that is no JSON', CHART, '{\n  "mark": "bar",\n}', 'mine.vl.json:3'],
  ['a chart with a mark that is none', CHART, chart('x').replace('bar', 'baar'), 'mine.vl.json:2'],
  ['a chart with a field that is none', CHART, chart('x').replace('"runs"', '"rnus"'), 'vl.json:9'],
  ['a view that does not compile', VIEW, view('x').replace('count', 'cuont'), 'mine.sql:7'],
  ['a view without a header', VIEW, 'select 1 as a', 'mine.sql:1'],
  ['a view of another name', VIEW, view('x').replace('name: mine', 'name: yours'), 'mine.yaml:8'],
  ['a view that lacks a column', VIEW, view('x').replaceAll(' runs', ' times'), 'mine.vl.json:9'],
])(
  'tells of %s with its line, and leaves the last good version up',
  async (_, file, bad, place) => {
    save(file, bad);
    await said(place);
    await heading('Second title');
    await drawn('second axis');
    await drawn('second word');
    expect(service.log()).toContain(place.split(':')[0]);
    save(MINE, dashboard('Second title'));
    save(CHART, chart('second axis'));
    save(VIEW, view('second word'));
    await noMistakes();
    await drawn('second word');
  },
);

it('takes up a new file, and lets a deleted one go', async () => {
  const more = at('dashboards', 'more.yaml');
  const link = page.locator('.bar nav a', { hasText: 'More of it' });
  writeFileSync(more, dashboard('More of it').replace('id: mine', 'id: more'));
  await link.waitFor();
  rmSync(more);
  await link.waitFor({ state: 'detached' });
  expect((await fetch(`${service.url}/dashboards/more`)).status).toBe(404);
});

it('tells what is wrong when a view is deleted that a dashboard needs', async () => {
  rmSync(VIEW);
  await said('there is no view mine');
  expect(await (await fetch(`${service.url}/dashboards/mine`)).text()).toContain('second word');
  save(VIEW, view('third word'));
  await noMistakes();
  await drawn('third word');
  expect(service.log()).toContain('there is no view mine');
});

it('stays up when a file goes away while it is read, and leaves out what editors keep', async () => {
  writeFileSync(at('dashboards', '.#mine.yaml'), 'no: dashboard\n');
  for (let nth = 0; nth < 20; nth++) {
    writeFileSync(at('dashboards', `gone-${nth}.yaml`), dashboard('Gone'));
    rmSync(at('dashboards', `gone-${nth}.yaml`));
  }
  save(MINE, dashboard('Last title'));
  await heading('Last title');
  expect(await mistakes().count()).toBe(0);
});
