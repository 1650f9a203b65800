import {
  Field,
  Float64,
  makeData,
  Map_,
  RecordBatch,
  Schema,
  Struct,
  Utf8,
  type Data,
  type DataType,
} from 'apache-arrow';
import { RunlensError } from '../errors.ts';
import type { BoundSql } from '../queries/select.ts';
import { arrowType, ColumnBuilder } from './column-builder.ts';
import type { Frame } from './frame.ts';
import type { Selection } from './run-selection.ts';
import type { Snapshot } from './snapshot.ts';
import { columnMemory } from '../engine/vectors.ts';
import type { Keyed } from './wide-keys.ts';
import { FIXED, fixedSql, type FixedColumn } from './wide-sql.ts';
import { bounds, windowsOf, type Window } from './window.ts';

const WINDOW_ROWS = 4096;

/** The columns and their order are those of Spark's data source `mlflow-experiment`. */
const ORDER = [
  'run_id',
  'experiment_id',
  'metrics',
  'params',
  'tags',
  'start_time',
  'end_time',
  'status',
  'artifact_uri',
] as const;

type Entries = Struct<{ key: Utf8; value: DataType }>;

function mapType(table: Keyed): Map_ {
  const value = table === 'metrics' ? new Float64() : new Utf8();
  const entries = new Struct([
    new Field('key', new Utf8(), false),
    new Field('value', value, true),
  ]);
  return new Map_(new Field('entries', entries as Entries, false));
}

const isKeyed = (name: string): name is Keyed =>
  name === 'metrics' || name === 'params' || name === 'tags';

function fixedColumn(name: string): FixedColumn {
  const found = FIXED.find((column) => column.name === name);
  if (found === undefined) throw new RunlensError('INTERNAL', `no column ${name}`);
  return found;
}

/** One row a chosen run, its metrics, params and tags as maps: a schema that never changes. */
export function nestedFrame(snapshot: Snapshot, { rows }: Selection): Frame {
  const schema = new Schema(
    ORDER.map((name) => {
      const type = isKeyed(name) ? mapType(name) : arrowType(fixedColumn(name).type);
      return new Field(name, type, !isKeyed(name));
    }),
  );
  return { schema, rows, batches: readWindows(snapshot, rows, schema), statements: [statement] };
}

async function* readWindows(
  snapshot: Snapshot,
  rows: number,
  schema: Schema,
): AsyncGenerator<RecordBatch> {
  for (const window of await windowsOf(snapshot, rows, WINDOW_ROWS)) {
    const length = window.to - window.from;
    const children: Data[] = [];
    for (const name of ORDER) {
      children.push(
        isKeyed(name)
          ? await readMaps(snapshot, name, window)
          : await readFixed(snapshot, name, window),
      );
    }
    const type = new Struct(schema.fields);
    yield new RecordBatch(schema, makeData({ type, length, nullCount: 0, children }));
  }
}

async function readFixed(snapshot: Snapshot, name: string, window: Window): Promise<Data> {
  const column = fixedColumn(name);
  const builder = new ColumnBuilder(column.type, 0, WINDOW_ROWS);
  for await (const chunk of snapshot.chunks(fixedSql([column], window))) builder.add(chunk);
  return builder.build();
}

async function readMaps(snapshot: Snapshot, table: Keyed, window: Window): Promise<Data> {
  const length = window.to - window.from;
  const from = `from mirror.${table} c join chosen s on s.run_no = c.run_no
    where s.pos >= $1 and s.pos < $2 and c.run_no between $3 and $4`;
  const [count] = await snapshot.rows(`select count(*) ${from}`, bounds(window));
  const capacity = Math.ceil(Number(count?.[0]) / 8) * 8;
  const keys = new ColumnBuilder('string', 1, capacity);
  const values = new ColumnBuilder(table === 'metrics' ? 'double' : 'string', 2, capacity);
  const valueOffsets = new Int32Array(length + 1);
  const sql = `select cast(s.pos - $1 as integer), c.key, c.value ${from} order by s.pos, c.key`;
  for await (const chunk of snapshot.chunks({ sql, values: bounds(window) })) {
    for (const row of new Int32Array(columnMemory(chunk, 0, 4))) {
      valueOffsets[row + 1] = (valueOffsets[row + 1] ?? 0) + 1;
    }
    keys.add(chunk);
    values.add(chunk);
  }
  for (let row = 0; row < length; row++) {
    valueOffsets[row + 1] = (valueOffsets[row + 1] ?? 0) + (valueOffsets[row] ?? 0);
  }
  const type = mapType(table);
  const entries = type.children[0]?.type as Entries;
  const child = makeData({
    type: entries,
    length: valueOffsets[length] ?? 0,
    nullCount: 0,
    children: [keys.build(), values.build()],
  });
  return makeData({ type, length, nullCount: 0, valueOffsets, child });
}

function statement(): BoundSql {
  const maps = ['metrics', 'params', 'tags'].map(
    (table) => `left join (
      select c.run_no, map(list(c.key order by c.key), list(c.value order by c.key)) as entries
      from mirror.${table} c join chosen s on s.run_no = c.run_no group by c.run_no
    ) ${table} on ${table}.run_no = s.run_no`,
  );
  const columns = ORDER.map((name) =>
    isKeyed(name)
      ? `coalesce(${name}.entries, map()) as ${name}`
      : `${fixedColumn(name).sql} as ${name}`,
  );
  return {
    sql: `select ${columns.join(', ')} from chosen s
      join mirror.runs r on r.run_no = s.run_no ${maps.join(' ')} order by s.pos`,
    values: [],
  };
}
