import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportBytes, openRows, readParquet, type OpenRows } from '../../support/fixture-rows.ts';

describe('several windows of runs', () => {
  const RUNS = 2000;
  const KEYS = 3000;
  let wide: OpenRows;
  beforeAll(async () => {
    wide = await openRows({});
    await wide.store.write(async (connection) => {
      await connection.run(
        `insert into mirror.runs by name
         select i as run_no, 'default' as source, 'run-' || lpad(cast(i as varchar), 6, '0') as run_id,
           '1' as experiment_id, 'FINISHED' as status, 'active' as lifecycle_stage,
           hash(i) % 1000000 as start_ms, 1000000 as end_ms, 0 as content_hash
         from range(${RUNS}) t(i)`,
      );
      await connection.run(
        `insert into mirror.metrics (run_no, key, stored, step, logged_ms)
         select i, 'm' || k, i * 10000 + k, 0, 0 from range(${RUNS}) t(i), range(${KEYS}) s(k)
         where (i + k) % 97 = 0 order by hash(i, k)`,
      );
      await connection.run(
        `insert into mirror.tags
         select i, 't' || k, repeat('x', cast((i * 7 + k) % 30 as integer)) || i
         from range(${RUNS}) t(i), range(3) s(k) order by hash(i, k)`,
      );
    });
  });
  afterAll(() => wide.store.close());

  const expected = async () => {
    const { rows } = await wide.engine.query(
      'select run_id from mirror.runs order by start_ms desc, run_id',
    );
    return rows.map(([id]) => String(id));
  };

  it('become one frame of 3,000 metric keys, every cell in its place', async () => {
    const table = tableFromIPC(await exportBytes(wide));
    expect(table.batches.length).toBeGreaterThan(2);
    expect(table.numCols).toBe(6 + KEYS + 3);
    const ids = [...(table.getChild('run_id') ?? [])].map(String);
    expect(ids).toEqual(await expected());
    let cells = 0;
    for (let key = 0; key < KEYS; key++) {
      const column = table.getChild(`metrics.m${key}`);
      for (const [row, id] of ids.entries()) {
        const run = Number(id.slice(4));
        const value = (run + key) % 97 === 0 ? run * 10000 + key : null;
        if (column?.get(row) !== value) throw new Error(`${id} m${key}: ${column?.get(row)}`);
        if (value !== null) cells++;
      }
    }
    expect(cells).toBe(
      Number((await wide.engine.query('select count(*) from mirror.metrics')).rows[0]?.[0]),
    );
    const tags = table.getChild('tags.t1');
    const wrong = ids.filter((id, row) => {
      const run = Number(id.slice(4));
      return tags?.get(row) !== 'x'.repeat((run * 7 + 1) % 30) + run;
    });
    expect(wrong).toEqual([]);
  });

  it('become one Parquet file, in the same order', async () => {
    const bytes = await exportBytes(wide, { format: 'parquet', columns: ['run_id', 'metrics.*9'] });
    const { columns, rows } = await readParquet(bytes, wide);
    expect(columns).toHaveLength(1 + KEYS / 10);
    expect(rows.map(([id]) => id)).toEqual(await expected());
    const at = columns.findIndex((column) => column.name === 'metrics.m19');
    for (const row of rows) {
      const run = Number(String(row[0]).slice(4));
      expect(row[at]).toBe((run + 19) % 97 === 0 ? run * 10000 + 19 : null);
    }
  });
});
