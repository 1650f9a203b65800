import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startService, untilReady, type Service } from '../support/service.ts';

const folder = mkdtempSync(join(tmpdir(), 'runlens-watch-'));
const file = join(folder, 'dashboards', 'mine.yaml');
let service: Service;

const dashboard = (title: string, more = ''): string => `version: 1
id: mine
title: ${title}
description: Made by a test.
panels:
  all:
    title: All runs
    view: total_runs
    measures: { runs: sum(runs) }
    table: { columns: [{ column: runs }] }
layout: [[all]]
${more}`;

/** Writes the file and waits for the service to say that it read it anew. */
async function edit(text: string): Promise<void> {
  const events = await fetch(`${service.url}/api/v1/events`, {
    signal: AbortSignal.timeout(20_000),
  });
  let before: string | undefined;
  for await (const chunk of events.body ?? []) {
    const revision = /"revision":(\d+)/.exec(Buffer.from(chunk).toString())?.[1];
    if (revision === undefined) continue;
    if (before !== undefined && revision !== before) return;
    if (before === undefined) {
      before = revision;
      writeFileSync(file, text);
    }
  }
}

const page = async (path: string): Promise<string> => (await fetch(service.url + path)).text();

beforeAll(async () => {
  mkdirSync(join(folder, 'dashboards'));
  writeFileSync(file, dashboard('First title'));
  writeFileSync(join(folder, 'runlens.yaml'), 'dashboards: [dashboards]\n');
  service = await startService([
    '--config',
    join(folder, 'runlens.yaml'),
    '--db',
    join(folder, 'watch.duckdb'),
    '--watch',
  ]);
  await untilReady(service.url);
});
afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true });
});

it('shows an edit at once', async () => {
  expect(await page('/dashboards/mine')).toContain('First title');
  await edit(dashboard('Second title'));
  expect(await page('/dashboards/mine')).toContain('Second title');
});

it('tells of a broken file with its line, and leaves the last good version up', async () => {
  await edit(dashboard('Third title', 'surprise: true\n'));
  expect(await page('/dashboards/mine')).toContain('Second title');
  expect(await page('/')).toContain('mine.yaml:12');
  expect(service.log()).toContain('mine.yaml');
  await edit(dashboard('Fourth title'));
  expect(await page('/dashboards/mine')).toContain('Fourth title');
  expect(await page('/')).not.toContain('mine.yaml');
});
