import type { DuckDBConnection } from '@duckdb/node-api';
import { expect, it } from 'vitest';
import type { DuckDbEngine } from '../../../src/engine/duckdb.ts';
import { WriteQueue } from '../../../src/store/write-queue.ts';

/** A queue whose transactions end with this error, as the engine words it. */
function failing(message: string): { queue: WriteQueue; ran: string[] } {
  const ran: string[] = [];
  const connection = {
    run(sql: string): Promise<void> {
      ran.push(sql);
      return sql === 'commit' ? Promise.reject(new Error(message)) : Promise.resolve();
    },
  } as unknown as DuckDBConnection;
  const withConnection = (use: (lent: DuckDBConnection) => unknown): unknown => use(connection);
  return { queue: new WriteQueue({ withConnection } as unknown as DuckDbEngine), ran };
}

it('says of a full disk that it could not be written, and rolls back', async () => {
  const said =
    'TransactionContext Error: Failed to commit: Could not write file "/m.duckdb.wal": No space left on device';
  const { queue, ran } = failing(`${said}\n\nmore`);
  await expect(queue.run(() => Promise.resolve())).rejects.toMatchObject({
    code: 'WRITE_FAILED',
    message: said,
  });
  expect(ran).toEqual(['begin transaction', 'commit', 'rollback']);
});

it.each([
  'Out of Memory Error: failed to pin block of size 256.0 KiB',
  'TransactionContext Error: Failed to commit: Out of Memory Error: failed to pin block',
])('says that memory was short: %s', async (said) => {
  const { queue } = failing(said);
  await expect(queue.run(() => Promise.resolve())).rejects.toMatchObject({ code: 'OUT_OF_MEMORY' });
});

it('leaves every other error as it was', async () => {
  const { queue } = failing('Constraint Error: Duplicate key');
  await expect(queue.run(() => Promise.resolve())).rejects.toThrow(/^Constraint Error/);
});
