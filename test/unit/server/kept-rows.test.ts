import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Engine, Reader, Rows } from '../../../src/engine/engine.ts';
import { KeptRows } from '../../../src/server/kept-rows.ts';
import { openFixtureMirror } from '../../support/fixture-mirror.ts';
import { createFixtureServer } from '../../support/fixture-server.ts';

/** Answers each statement with how many it was asked before, in as many rows as the statement says. */
function counting() {
  let asked = 0;
  const query = async (sql: string): Promise<Rows> => {
    const rows = Array.from({ length: Number(sql) }, () => [BigInt(asked)]);
    asked++;
    return { columns: [{ name: 'asked', type: 'int64' }], rows, truncated: false };
  };
  return { query, stream: fail, describe: fail } as unknown as Reader;
}
const fail = () => Promise.reject(new Error('not asked for'));

it('asks once for the rows of a state, and anew for those of the next', async () => {
  const kept = new KeptRows();
  const engine = counting();
  const ask = async (of: string, ...values: (string | bigint | number)[]) =>
    Number((await kept.over(of, engine).query('1', values)).rows[0]?.[0]);
  expect([await ask('a'), await ask('a'), await ask('b'), await ask('b')]).toEqual([0, 0, 1, 1]);
  // A value is what it is bound as.
  expect([await ask('b', '5'), await ask('b', 5n), await ask('b', 5)]).toEqual([2, 3, 4]);
  expect([await ask('b', '5'), await ask('a', '5')]).toEqual([2, 5]);
});

it('drops the longest unused when it is full (invariant 12)', async () => {
  const kept = new KeptRows({ maxCells: 25 });
  const reader = kept.over('a', counting());
  const answers = [];
  for (const count of [10, 11, 10, 12, 10, 11, 30, 10]) {
    answers.push(Number((await reader.query(String(count))).rows[0]?.[0]));
  }
  expect(answers).toEqual([0, 1, 0, 2, 0, 3, 4, 5]);
});

let mirror: Awaited<ReturnType<typeof openFixtureMirror>>;
let server: Awaited<ReturnType<typeof createFixtureServer>>;
const asked: string[] = [];
/** What a writer commits while the next page is read. */
let between: (() => Promise<unknown>) | undefined;

beforeAll(async () => {
  mirror = await openFixtureMirror();
  const { engine, store } = mirror;
  const snapshot: Engine['snapshot'] = (read) =>
    engine.snapshot((reader) =>
      read({
        query: async (sql, ...rest) => {
          asked.push(sql);
          const rows = await reader.query(sql, ...rest);
          await between?.();
          between = undefined;
          return rows;
        },
        stream: reader.stream.bind(reader),
        describe: reader.describe.bind(reader),
      }),
    );
  const deps = {
    engine: { snapshot } as unknown as Engine,
    state: () => store.state(),
  };
  server = await createFixtureServer({ runs: 0, deps: { ...deps, catalog: mirror.catalog } });
});
afterAll(async () => {
  await server.store.close();
  await mirror.store.close();
});

async function page(query = ''): Promise<{ statements: number; html: string }> {
  asked.length = 0;
  const address = `http://127.0.0.1/dashboards/overview${query}`;
  const response = await server.app.request(address, { headers: { Host: '127.0.0.1' } });
  const html = await response.text();
  expect([response.status, html.includes('class="failed"')]).toEqual([200, false]);
  return { statements: asked.length, html };
}

const write = (sql: string) => mirror.store.write((connection) => connection.run(sql));
const rename = (name: string, version: number) =>
  write(`update mirror.experiments set name = '${name}' where experiment_id = '1';
    update mirror.state set data_version = ${version}`);

it('asks less for a page with other choices, until the mirror changes', async () => {
  const first = await page();
  const other = await page('?since=last_7d');
  expect(other.statements).toBeLessThan(first.statements - 2);
  expect(first.html).toContain('churn-baselines');
  await rename('after', 8);
  const after = await page('?since=last_7d');
  expect(after.statements).toBeGreaterThan(other.statements);
  expect(after.html).not.toContain('churn-baselines');
});

it('shows one state when a writer commits while it reads (invariant 3)', async () => {
  between = () => rename('meanwhile', 9);
  const { html } = await page('?since=last_14d');
  expect(html).toContain('data version 8');
  expect(html).not.toContain('meanwhile');
  const next = await page('?since=last_21d');
  expect(next.html).toContain('data version 9');
  expect(next.html).toContain('meanwhile');
  expect(next.html).not.toContain('>after<');
});
