import type { Bindable } from '../engine/engine.ts';
import type { RecordBatch } from 'apache-arrow';
import type { Frame } from './frame.ts';
import type { Selection } from './run-selection.ts';
import type { Snapshot } from './snapshot.ts';
import { schemaOf, statementBatches, type ExportColumn } from './statement.ts';

/** Runs a window: their rows are sorted together. */
const WINDOW_ROWS = 65_536;

const KEY: ExportColumn[] = [
  { name: 'source', type: 'string' },
  { name: 'run_id', type: 'string' },
  { name: 'key', type: 'string' },
];

const COLUMNS: Record<'metrics' | 'params' | 'tags', ExportColumn[]> = {
  metrics: [
    ...KEY,
    { name: 'value', type: 'double' },
    { name: 'step', type: 'int64' },
    { name: 'logged_at', type: 'timestamp' },
  ],
  params: [...KEY, { name: 'value', type: 'string' }],
  tags: [...KEY, { name: 'value', type: 'string' }],
};

/** Metrics, params or tags of the chosen runs, one row each, in the order of the runs, then by key. */
export async function longFrame(
  snapshot: Snapshot,
  { rows: runs }: Selection,
  table: 'metrics' | 'params' | 'tags',
): Promise<Frame> {
  const columns = COLUMNS[table];
  const schema = schemaOf(columns);
  const from = `from mirror.${table} c join chosen s on s.run_no = c.run_no`;
  const [count] = await snapshot.rows(`select count(*) ${from}`);
  const more = table === 'metrics' ? ', c.step, utc_timestamp(c.logged_ms) as logged_at' : '';
  const select = `select r.source, r.run_id, c.key, c.value${more} ${from}
    join mirror.runs r on r.run_no = s.run_no`;
  const sql = `${select} where s.pos >= $1 and s.pos < $2 order by s.pos, c.key`;
  async function* batches(): AsyncGenerator<RecordBatch> {
    for (let start = 0; start < runs; start += WINDOW_ROWS) {
      const values: Bindable[] = [BigInt(start), BigInt(start + WINDOW_ROWS)];
      yield* statementBatches(snapshot, columns, { sql, values }, schema);
    }
  }
  return {
    schema,
    rows: Number(count?.[0]),
    batches: batches(),
    statements: [() => ({ sql: select, values: [] })],
  };
}
