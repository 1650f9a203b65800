import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { serveFixture } from '../support/fixture-server.ts';
import { usePages } from '../support/pages.ts';

const ID = '1'.padStart(32, '0');

const pages = usePages({
  async serve() {
    const service = await serveFixture({ runs: 20 });
    await service.store.write(async (connection) => {
      for (const sql of [
        'delete from mirror.metrics where run_no = 1',
        'delete from mirror.params where run_no = 1',
        `insert into mirror.metrics
          select 1, key, cast(value as double), 0, 0, false from
          (values ('b', '10'), ('a', 'NaN'), ('d', '-Infinity'), ('c', '9')) t(key, value)`,
        `insert into mirror.params select 1, key, value from
          (values ('depth', '10'), ('width', '9'), ('model', 'mlp'), ('empty', '')) t(key, value)`,
      ]) {
        await connection.run(sql);
      }
    });
    return service;
  },
});

/** The keys of a table as they stand, after a click on one of its headings. */
async function sorted(page: Page, table: string, heading: string): Promise<string[]> {
  const rows = page.getByRole('region', { name: `Rows of ${table}` });
  await rows.getByRole('button', { name: heading }).click();
  return rows.locator('tbody td:first-child').allTextContents();
}

it('sorts what is known of a run: names from A, the most first, what is missing last', async () => {
  const { page } = await pages.open(`/runs/${ID}`);
  expect(await sorted(page, 'Metrics', 'Key')).toEqual(['a', 'b', 'c', 'd']);
  expect(await sorted(page, 'Metrics', 'Key')).toEqual(['d', 'c', 'b', 'a']);
  expect(await sorted(page, 'Metrics', 'Value')).toEqual(['b', 'c', 'd', 'a']);
  expect(await sorted(page, 'Metrics', 'Value')).toEqual(['d', 'c', 'b', 'a']);
  expect(await sorted(page, 'Params', 'Key')).toEqual(['depth', 'empty', 'model', 'width']);
  expect(await sorted(page, 'Params', 'Value')).toEqual(['width', 'depth', 'model', 'empty']);
});

it('has no button over a column that nothing sorts', async () => {
  const { page } = await pages.open(`/runs/${ID}`);
  const headings = page.getByRole('region', { name: 'Rows of Metrics' }).locator('th button');
  expect(await headings.allTextContents()).toEqual(['Key', 'Value', 'Step', 'Logged at']);
});
