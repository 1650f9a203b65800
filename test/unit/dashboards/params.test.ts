import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveChoices } from '../../../src/dashboards/choices.ts';
import { openDashboards, type OpenDashboards } from '../../../src/dashboards/load.ts';
import { readPanelRows } from '../../../src/dashboards/rows.ts';
import { FIXTURE_NOW, openFixtureMirror } from '../../support/fixture-mirror.ts';

const DASHBOARD = `version: 1
id: mine
title: Mine
params:
  experiment:
    type: select
    default: all
    options: { view: experiments, value: experiment_id, label: name, order: { experiment_id: desc } }
  users: { type: multiselect, default: [chen], options: { view: user_activity, value: user_name } }
  status: { type: enum, values: [FAILED, { value: all, label: Any }], default: all }
  name: { type: text, maxLength: 10 }
  least: { type: number, default: 0.5, min: 0, max: 3 }
  since: { type: daterange, default: all }
panels:
  runs:
    title: '{users} {status} {name} {least} {since}'
    view: user_runs
    where:
      experiment_id: $experiment
      user_name: $users
      status: $status
      run_name contains: $name
      hours >=: $least
      started_at: $since
    table: { columns: [run_id] }
layout: [[runs]]
`;

let folder: string;
let mirror: Awaited<ReturnType<typeof openFixtureMirror>>;
let dashboards: OpenDashboards;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runlens-params-'));
  await writeFile(join(folder, 'mine.yaml'), DASHBOARD);
  dashboards = await openDashboards([folder]);
  mirror = await openFixtureMirror();
});
afterAll(async () => {
  await mirror.store.close();
  await rm(folder, { recursive: true });
});

const NONE = 'users=all&least=0';

async function ask(query: string) {
  const dashboard = dashboards.get('mine');
  const panel = dashboard?.panels[0];
  if (dashboard === undefined || panel === undefined || panel.kind === 'markdown') {
    throw new Error(JSON.stringify(dashboards.problems()));
  }
  const { catalog, engine: reader } = mirror;
  const address = new URLSearchParams(query);
  const now = FIXTURE_NOW;
  const asked = { dashboard, query: address, sources: ['default'], catalog, reader, now };
  const choices = await resolveChoices(asked);
  const rows = await readPanelRows(panel, { catalog, choices, reader });
  return { choices, title: choices.fill(panel.title), count: BigInt(rows.rows.length) };
}

/** What the same conditions give, written out. */
async function direct(where: string): Promise<unknown> {
  const sql = `select count(*) from runs where end_time >= start_time and (${where})`;
  return (await mirror.engine.query(sql)).rows[0]?.[0];
}

it.each([
  [NONE, 'true'],
  [`${NONE}&experiment=2`, "experiment_id = '2'"],
  ['users=chen&users=amara&least=0', "user_name in ('chen', 'amara')"],
  ['least=0', "user_name = 'chen'"],
  [`${NONE}&status=FAILED`, "status = 'FAILED'"],
  [`${NONE}&name=RUN-1`, "run_name like 'run-1%'"],
  ['users=all&least=1.5', 'epoch_ms(end_time) - epoch_ms(start_time) >= 5400000'],
  [
    `${NONE}&since=2026-11-01..2026-11-02`,
    "cast(start_time as date) in ('2026-11-01', '2026-11-02')",
  ],
  [`${NONE}&since=last_7d`, "start_time >= '2026-11-14'"],
  [`${NONE}&since=last_72h`, "start_time >= '2026-11-17 16:00'"],
])('%s narrows the rows', async (query, where) => {
  const { count } = await ask(query);
  expect(count).toBeGreaterThan(0n);
  expect(count).toBe(await direct(where));
});

it('begins with the defaults, and keeps all of them in the address', async () => {
  const { choices, title } = await ask('');
  expect(choices.query().toString()).toBe(
    'experiment=all&users=chen&status=all&least=0.5&since=all',
  );
  expect(title).toBe('chen Any  0.5 all time');
  expect(choices.get('experiment')?.options.map((it) => it.value)).toEqual(['4', '3', '2', '1']);
});

describe('refuses, and names the field', () => {
  it.each([
    ['users=nobody', 'users'],
    ['status=LOST', 'status'],
    ['name=longer-than-ten', 'name'],
    ['least=4', 'least'],
    ['least=many', 'least'],
    ['since=2026-02-30..2026-03-01', 'since'],
    ['since=2026-03-02..2026-03-01', 'since'],
  ])('%s', async (query, field) => {
    await expect(ask(query)).rejects.toMatchObject({ code: 'BAD_REQUEST', field });
  });
});
