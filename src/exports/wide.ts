import {
  Field,
  Float64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Utf8,
  type Data,
} from 'apache-arrow';
import { RunlensError } from '../errors.ts';
import { quoteIdentifier, type BoundSql } from '../queries/select.ts';
import { arrowType, ColumnBuilder } from './column-builder.ts';
import { DoubleBlock } from './double-block.ts';
import { nextTurn, type Frame } from './frame.ts';
import type { Selection } from './run-selection.ts';
import type { Snapshot } from './snapshot.ts';
import { StringBlock } from './string-block.ts';
import { codeKeys, KEYED, type Keyed, type KeyedColumns } from './wide-keys.ts';
import { cellsSql, FIXED, fixedSql, wideSql, type FixedColumn } from './wide-sql.ts';
import { windowsOf, type Window } from './window.ts';

/** Cells and bytes of values that a window of runs may hold, which bounds the memory. */
const WINDOW_CELLS = 2_000_000;
const WINDOW_BYTES = 32 * 1024 * 1024;
const WINDOW_ROWS = { least: 64, most: 65_536 };

/**
 * The runs frame: one row a chosen run, columns and types as `mlflow.search_runs()` gives them to
 * pandas 3 (invariant 9). What only pandas' guessing explains is kept: no run with an end makes
 * end_time a time without a zone, and no run at all makes every column float64. Runs of several
 * tracking servers get a column `source` in front.
 *
 * No wide table is ever built: each window of runs is scattered from the mirror's long tables
 * straight into Arrow's buffers.
 * @param globs patterns of column names; none for all
 * @throws RunlensError BAD_REQUEST where no column of the chosen runs has such a name
 */
export async function wideFrame(
  snapshot: Snapshot,
  selection: Selection,
  globs: readonly string[] = [],
): Promise<Frame> {
  const fixed = await fixedColumns(snapshot, selection, globs);
  if (selection.rows === 0) {
    const schema = new Schema(fixed.map(({ name }) => new Field(name, new Float64(), true)));
    const nothing = fixed.map(({ name }) => `cast(null as double) as ${quoteIdentifier(name)}`);
    const statement = { sql: `select ${nothing.join(', ')} limit 0`, values: [] };
    return { schema, rows: 0, batches: noBatches(), statements: [() => statement] };
  }
  const keyed: Record<Keyed, KeyedColumns> = {
    metrics: await codeKeys(snapshot, 'metrics', selection.rows, globs),
    params: await codeKeys(snapshot, 'params', selection.rows, globs),
    tags: await codeKeys(snapshot, 'tags', selection.rows, globs),
  };
  const schema = new Schema([
    ...fixed.map(({ name, type }) => new Field(name, arrowType(type), true)),
    ...keyed.metrics.keys.map((key) => new Field(`metrics.${key}`, new Float64(), true)),
    ...keyed.params.keys.map((key) => new Field(`params.${key}`, new Utf8(), true)),
    ...keyed.tags.keys.map((key) => new Field(`tags.${key}`, new Utf8(), true)),
  ]);
  if (schema.fields.length === 0) {
    throw new RunlensError('BAD_REQUEST', `columns: the chosen runs have no ${globs.join(', ')}`, {
      field: 'columns',
    });
  }
  const { rows } = selection;
  const stride = windowRows(rows, keyed);
  const tables = Object.entries(keyed) as [Keyed, KeyedColumns][];
  const windows = await windowsOf(snapshot, rows, stride);
  const statements = windows.map((window) => () => wideSql(fixed, tables, window));
  const batches = readWindows(snapshot, windows, stride, fixed, keyed, schema);
  return { schema, rows, batches, statements };
}

async function fixedColumns(
  snapshot: Snapshot,
  { rows, started, ended, sources }: Selection,
  globs: readonly string[],
): Promise<FixedColumn[]> {
  const wanted = new Set<unknown>();
  for (const { name } of FIXED) {
    const tests = globs.map((_, index) => `$1 glob $${index + 2}`);
    const test = tests.length === 0 ? 'true' : tests.join(' or ');
    const [hit] =
      tests.length === 0 ? [[true]] : await snapshot.rows(`select ${test}`, [name, ...globs]);
    if (hit?.[0] === true) wanted.add(name);
  }
  return FIXED.filter(({ name }) => wanted.has(name) && (name !== 'source' || sources > 1)).map(
    (column) => {
      const none = { start_time: started === 0, end_time: ended === 0 }[column.name] ?? false;
      return rows > 0 && none ? { ...column, type: 'emptyTime' } : column;
    },
  );
}

async function* noBatches(): AsyncGenerator<RecordBatch> {}

async function* readWindows(
  snapshot: Snapshot,
  windows: readonly Window[],
  stride: number,
  fixed: readonly FixedColumn[],
  { metrics, params, tags }: Record<Keyed, KeyedColumns>,
  schema: Schema,
): AsyncGenerator<RecordBatch> {
  const results = snapshot.results(windowStatements(windows, stride, fixed));
  const texts = [params, tags].map(({ keys }) => ({
    keys,
    block: new StringBlock(keys.length, stride),
  }));
  try {
    for (const { from, to } of windows) {
      const length = to - from;
      const builders = fixed.map(({ type }, index) => new ColumnBuilder(type, index, stride));
      for await (const chunk of await next(results)) {
        for (const builder of builders) builder.add(chunk);
      }
      const columns: Data[] = builders.map((builder) => builder.build());
      const doubles = new DoubleBlock(metrics.keys.length, stride);
      for await (const chunk of await next(results)) doubles.add(chunk);
      for (const index of metrics.keys.keys()) columns.push(doubles.column(index, length));
      await nextTurn();
      for (const { keys, block } of texts) {
        block.clear();
        for await (const chunk of await next(results)) block.add(chunk);
        for (const index of keys.keys()) {
          columns.push(block.column(index, length));
          await nextTurn();
        }
      }
      const type = new Struct(schema.fields);
      yield new RecordBatch(schema, makeData({ type, length, nullCount: 0, children: columns }));
    }
  } finally {
    await results.return(undefined);
  }
}

/** For each window: the fixed columns, then the cells of each table. */
function* windowStatements(
  windows: readonly Window[],
  stride: number,
  fixed: readonly FixedColumn[],
): Generator<BoundSql> {
  for (const window of windows) {
    yield fixedSql(fixed, window);
    for (const table of KEYED) yield cellsSql(table, window, stride);
  }
}

async function next<T>(results: AsyncGenerator<T>): Promise<T> {
  const { value, done } = await results.next();
  if (done) throw new RunlensError('INTERNAL', 'the export ended before its last rows');
  return value;
}

function windowRows(rows: number, keyed: Record<Keyed, KeyedColumns>): number {
  const all = Object.values(keyed);
  const columns = all.reduce((sum, { keys }) => sum + keys.length, 1);
  const bytes = all.reduce((sum, table) => sum + table.bytes, 1);
  const fitting = Math.min(WINDOW_CELLS / columns, WINDOW_BYTES / bytes);
  const bounded = Math.min(WINDOW_ROWS.most, Math.max(WINDOW_ROWS.least, fitting), rows);
  return Math.ceil(bounded / 8) * 8;
}
