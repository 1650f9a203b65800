import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
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
  few:
    title: Few names, flat
    view: active_runs
    group: [experiment_name]
    measures: { runs: count() }
    alt: Bars
    chart:
      mark: bar
      encoding:
        x: { field: experiment_name, type: nominal, axis: { labelAngle: 0 } }
        y: { field: runs, type: quantitative }
  many:
    title: Many names
    view: active_runs
    group: [run_id]
    measures: { runs: count() }
    limit: 60
    alt: Bars
    chart:
      mark: bar
      encoding:
        x: { field: run_id, type: nominal }
        y: { field: runs, type: quantitative }
layout: [[heat, newest], [few, many]]
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

/** Pairs of an axis' labels that lie on one another. */
const onEachOther = (labels: Locator) =>
  labels.evaluateAll((all) => {
    const boxes = all
      .filter((it) => it.getAttribute('opacity') !== '0' && it.textContent !== '')
      .map((it) => ({ name: it.textContent, box: it.getBoundingClientRect() }));
    if (boxes.length < 5) return ['too few'];
    return boxes.flatMap(({ name, box: a }, at) =>
      boxes
        .slice(at + 1)
        .filter(({ box: b }) => {
          const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
          return wide > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
        })
        .map((it) => `${name} on ${it.name}`),
    );
  });

it.each([390, 1280])('keeps names along an axis apart, %s pixels wide', async (width) => {
  const { page, watched } = await pages.open('/dashboards/own', {
    viewport: { width, height: 900 },
  });
  await charts(page);
  for (const id of ['heat', 'few', 'many']) {
    const drawing = page.locator(`#${id} .drawing:visible`);
    expect(await onEachOther(drawing.locator('.role-axis-label text'))).toEqual([]);
    const bars = drawing.locator('.mark-rect.role-mark');
    const whole = await drawing.boundingBox();
    expect((await bars.boundingBox())?.height).toBeGreaterThan(0.4 * (whole?.height ?? 0));
  }
  const cut = page.locator('#many .drawing:visible .role-axis-label text', { hasText: '…' });
  await cut.first().hover({ force: true });
  const whole = page.getByRole('tooltip');
  await whole.waitFor();
  expect(await whole.textContent()).toMatch(/^[0-9a-f]{32}$/);
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
