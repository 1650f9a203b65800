import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openExport, type ExportRequest } from '../../../src/exports/export.ts';
import { Store } from '../../../src/store/store.ts';
import { createFixtureServer } from '../../support/fixture-server.ts';

let fixture: Awaited<ReturnType<typeof createFixtureServer>>;
beforeAll(async () => {
  fixture = await createFixtureServer();
});
afterAll(() => fixture.store.close());

const get = (path: string) =>
  fixture.app.request(`http://127.0.0.1${path}`, { headers: { Host: '127.0.0.1' } });

it('tells what fails before the first byte with a status, not with half a file', async () => {
  await rm(fixture.store.workFolder, { recursive: true });
  const response = await get('/api/v1/export/runs.parquet');
  expect(response.status).toBe(500);
  expect(response.headers.get('ETag')).toBeNull();
  expect(await response.json()).toMatchObject({ error: { code: expect.any(String) } });
});

it('says that memory was short, and what to do about it', async () => {
  const store = await Store.open({ path: ':memory:', memoryLimit: '40MB' });
  const sql = `select list(repeat('x', 100) || i) as greedy from range(3000000) t(i)`;
  const { engine, workFolder } = store;
  const request: ExportRequest = { frame: 'greedy', format: 'csv', statement: { sql, values: [] } };
  const read = async (): Promise<void> => {
    const { body } = await openExport({ engine, workFolder }, request);
    for await (const piece of body) expect(piece.length).toBeGreaterThan(0);
  };
  await expect(read()).rejects.toMatchObject({
    code: 'OUT_OF_MEMORY',
    hint: expect.stringContaining('RUNLENS_MEMORY_LIMIT') as string,
  });
  await store.close();
});
