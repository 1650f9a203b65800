import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openDashboards } from '../../src/dashboards/load.ts';
import { charts } from '../support/browser.ts';
import { FIXTURE_NOW } from '../support/fixture-mirror.ts';
import { serveFixture } from '../support/fixture-server.ts';
import { usePages } from '../support/pages.ts';

/** What no shipped dashboard has, and teams ask for. */
const OWN = `
version: 1
id: own
title: Own
panels:
  heat:
    title: Hours
    view: active_runs
    group: [status, experiment_name]
    measures: { runs: count() }
    alt: A grid, the darker the more runs
    chart:
      mark: rect
      encoding:
        x: { field: status, type: nominal }
        y: { field: experiment_name, type: nominal }
        color: { field: runs, type: quantitative }
  newest:
    title: Newest
    view: active_runs
    order: { started_at: desc }
    limit: 1
    table: { columns: [run_id, { column: started_at, format: ago }] }
layout: [[heat, newest]]
`;

let folder: string;
const pages = usePages({
  serve: async () => {
    folder = await mkdtemp(join(tmpdir(), 'runlens-own-'));
    await writeFile(join(folder, 'own.yaml'), OWN);
    return serveFixture({ deps: { dashboards: await openDashboards([folder]) } });
  },
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it.each([false, true])('draws amounts in the colours of the theme (scripts: %s)', async (on) => {
  const { page, watched } = await pages.open('/dashboards/own', { javaScriptEnabled: on });
  if (on) await charts(page);
  const fills = await page
    .locator('#heat .mark-rect path')
    .evaluateAll((all) => all.map((it) => it.ownerDocument.defaultView?.getComputedStyle(it).fill));
  expect(new Set(fills).size).toBeGreaterThan(2);
  expect(fills).not.toContain('rgb(0, 0, 0)');
  expect(watched.complaints).toEqual([]);
});

it('says in a table how long ago something was, and goes on counting', async () => {
  const { page } = await pages.open('/dashboards/own', { javaScriptEnabled: false });
  const time = page.locator('#newest td time');
  const moment = Date.parse((await time.getAttribute('datetime')) ?? '');
  const hours = Math.floor((FIXTURE_NOW - moment) / 3_600_000) + 1;
  const words = (count: number): string =>
    count < 24 ? `${count} hours ago` : `${Math.floor(count / 24)} days ago`;
  const live = await page.context().browser()?.newPage();
  await live?.clock.install({ time: moment + hours * 3_600_000 });
  await live?.goto(page.url());
  const counted = live?.locator('#newest td time');
  expect(await counted?.textContent()).toBe(words(hours));
  expect(await counted?.getAttribute('title')).toBe(await time.textContent());
  await live?.clock.fastForward('48:00:00');
  expect(await counted?.textContent()).toBe(words(hours + 48));
  await live?.close();
});
