import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, expect, it } from 'vitest';
import { openDashboards } from '../../src/dashboards/load.ts';
import { serveFixture } from '../support/fixture-server.ts';
import { usePages, type OpenedPage } from '../support/pages.ts';
import { touched, VIEWS, violations } from './axe.ts';

const DASHBOARD = `version: 1
id: pick
title: Pick
params:
  run: { type: select, default: all, options: { view: active_runs, value: run_id, label: run_name } }
  names: { type: multiselect, options: { view: active_runs, value: run_name } }
  copy: { type: select, default: all, options: { view: copies, value: id, label: name } }
panels:
  rows:
    title: Rows
    view: active_runs
    where: { run_id: $run, run_name: $names }
    order: { started_at: desc }
    table: { columns: [run_name, user_name] }
  copies:
    title: Copies of {copy}
    view: copies
    where: { id: $copy }
    table: { columns: [name] }
layout: [[rows, copies]]
`;

const COPIES = `-- name: copies
-- title: Many names
-- grain: one row a run and hundred
-- columns:
--   id: number of the row
--   name: its name
select
  cast(row_number() over (order by a.run_id, b.run_id) as varchar) as id,
  concat('copy ', cast(row_number() over (order by a.run_id, b.run_id) as varchar)) as name
from active_runs as a cross join active_runs as b
where a.experiment_id = '3' and b.experiment_id = '3'
`;

const folder = mkdtempSync(join(tmpdir(), 'runlens-combobox-'));
afterAll(() => rmSync(folder, { recursive: true }));

const pages = usePages({
  async serve() {
    writeFileSync(join(folder, 'pick.yaml'), DASHBOARD);
    writeFileSync(join(folder, 'copies.sql'), COPIES);
    const dashboards = await openDashboards([folder]);
    return serveFixture({ queries: [folder], deps: { dashboards } });
  },
});
let page: Page;
let watched: OpenedPage['watched'];

async function open(options?: BrowserContextOptions): Promise<void> {
  ({ page, watched } = await pages.open('/dashboards/pick', options));
}

const field = (name: string) => page.getByRole('combobox', { name, exact: true });
const options = () => page.getByRole('option');
const query = () => new URL(page.url()).searchParams;

it('finds an option by typing, with the keyboard only', async () => {
  await open();
  await field('Run').focus();
  expect(await field('Run').inputValue()).toBe('All');
  await page.keyboard.type('run-39');
  await expect.poll(() => options().count()).toBe(10);
  await page.keyboard.press('ArrowDown');
  const active = await field('Run').getAttribute('aria-activedescendant');
  const label = await page.locator(`[id="${active}"]`).textContent();
  await page.keyboard.press('Enter');
  await expect
    .poll(() => page.locator('#rows tbody td:first-child').allTextContents())
    .toEqual([label]);
  expect(await field('Run').inputValue()).toBe(label);
  expect(await page.evaluate('document.activeElement.id')).toBe('param-run');
  await page.keyboard.press('ArrowDown');
  expect(await field('Run').getAttribute('aria-expanded')).toBe('true');
  await page.keyboard.press('Escape');
  expect(await field('Run').getAttribute('aria-expanded')).toBe('false');
  expect(watched.complaints).toEqual([]);
});

it.each(VIEWS)('passes axe when it is open: $width px, $scheme', async ({ width, scheme }) => {
  await open({ ...touched(width), colorScheme: scheme });
  await field('Run').click();
  await field('Run').fill('run-39');
  await expect.poll(() => options().count()).toBe(10);
  expect(await violations(page)).toEqual([]);
});

it('chooses several, which count once the list closes', async () => {
  await open();
  await field('Names').click();
  for (const name of ['run-111', 'run-222']) {
    await field('Names').fill(name);
    await options().filter({ hasText: name }).click();
  }
  await field('Names').fill('');
  expect(await field('Names').getAttribute('placeholder')).toBe('2 chosen');
  expect(query().getAll('names')).toEqual([]);
  await page.keyboard.press('Escape');
  await expect.poll(() => query().getAll('names')).toEqual(['run-111', 'run-222']);
  await expect.poll(() => page.locator('#rows tbody tr').count()).toBe(2);
  expect(await field('Names').inputValue()).toBe('run-111, run-222');
});

it('finds at the service what is beyond the list, and names what is chosen there', async () => {
  await open();
  const { rows } = await pages.service.store.engine.query('select count(*) from copies');
  const last = Number(rows[0]?.[0]);
  expect(last).toBeGreaterThan(1_500);
  await field('Copy').fill(`copy ${last}`);
  await options()
    .filter({ hasText: `copy ${last}` })
    .click();
  await expect.poll(() => page.locator('#copies h2').textContent()).toBe(`Copies of copy ${last}`);
  expect(query().get('copy')).toBe(String(last));
  expect(await field('Copy').inputValue()).toBe(`copy ${last}`);
});

it('is a plain list without scripts', async () => {
  await open({ javaScriptEnabled: false, ...touched(390) });
  const several = await page.locator('select[name=names]').boundingBox();
  expect(several?.height).toBeGreaterThan(60);
  await page.locator('select[name=run]').selectOption({ label: 'run-7' });
  await page.getByRole('button', { name: 'Apply' }).first().click();
  expect(await page.locator('#rows tbody td:first-child').allTextContents()).toEqual(['run-7']);
});
