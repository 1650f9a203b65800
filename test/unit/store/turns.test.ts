import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Store } from '../../../src/store/store.ts';

let store: Store;
beforeEach(async () => {
  store = await Store.open({ path: ':memory:' });
});
afterEach(() => store.close());

/** Loads what cannot be read, as part of a sweep, behind a batch that is not written yet: the failure tells that it was read. */
async function loadBehind(): Promise<{ outcome: Promise<string>; write: () => void }> {
  const file = join(store.workFolder, 'page.json');
  await writeFile(file, '[{"info": {"run_id"');
  let write: () => void = () => undefined;
  const after = new Promise<void>((done) => (write = done));
  const positions = [{ experimentId: '1', startedMs: 0, open: [] }];
  const load = store.mirror.loadRuns({ source: 's', files: [file], positions, after });
  const outcome = load.then(
    () => 'loaded',
    (error: { code: string }) => error.code,
  );
  return { outcome, write };
}

it('reads a batch while the one before is written', async () => {
  const { outcome, write } = await loadBehind();
  expect(await outcome).toBe('BAD_ANSWER');
  write();
});

it('reads it after that one when somebody looks at pages', async () => {
  const { outcome, write } = await store.engine.snapshot(loadBehind);
  const first = await Promise.race([
    outcome,
    store.engine
      .query('select count(*) from range(3000000) t(i) where i % 7 = 0')
      .then(() => 'waits'),
  ]);
  expect(first).toBe('waits');
  write();
  expect(await outcome).toBe('BAD_ANSWER');
});
