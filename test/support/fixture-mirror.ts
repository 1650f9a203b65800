import type { DuckDBConnection } from '@duckdb/node-api';
import { packagePath } from '../../src/paths.ts';
import { openCatalog } from '../../src/queries/catalog.ts';
import { Store } from '../../src/store/store.ts';

/** Names that break pages written without care. */
export const NASTY = `</script><img src=x onerror=alert(1)> "quoted" 'single' 🚀 名前`;

/** The newest moment of the fixture: runs go back 90 days from here. */
export const FIXTURE_NOW = Date.UTC(2026, 10, 20, 15, 30);

const DAY = 86_400_000;
const EXPERIMENTS = ['churn-baselines', 'digit-classifier', 'price-regression', NASTY];
const USERS = ['amara', 'bjorn', 'chen', 'dolores', NASTY];

/** Always the same numbers, so that pictures and counts can be compared. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

export interface FixtureOptions {
  path?: string;
  runs?: number;
  /** Folders of views beside the shipped ones. */
  queries?: string[];
}

/** A mirror with made-up runs of 90 days: five users, four experiments, every status. */
export async function openFixtureMirror({
  path = ':memory:',
  runs = 400,
  queries = [],
}: FixtureOptions = {}) {
  const store = await Store.open({ path, clock: { now: () => FIXTURE_NOW } });
  if (runs > 0) await store.write((connection) => fill(connection, runs));
  const catalog = await openCatalog({ store, folders: [packagePath('queries'), ...queries] });
  return { store, engine: store.engine, catalog };
}

type Cell = string | number | boolean | null;

/** Rows a statement; the engine plans each only once. */
async function insert(connection: DuckDBConnection, name: string, rows: Cell[][]): Promise<void> {
  for (let at = 0; at < rows.length; at += 100) {
    const some = rows.slice(at, at + 100);
    let mark = 0;
    const marks = some.map((row) => `(${row.map(() => `$${++mark}`).join(', ')})`);
    await connection.run(`insert into mirror.${name} values ${marks.join(', ')}`, some.flat());
  }
}

async function fill(connection: DuckDBConnection, runs: number): Promise<void> {
  const random = randomFrom(42);
  const tables = new Map<string, Cell[][]>();
  const table = (name: string, rows: Cell[][]): void => {
    tables.set(name, [...(tables.get(name) ?? []), ...rows]);
  };
  table('sources', [['default', 'http://127.0.0.1:5000', FIXTURE_NOW, FIXTURE_NOW, 5_000, null]]);
  table(
    'experiments',
    EXPERIMENTS.map((name, index) => [
      'default',
      String(index + 1),
      name,
      'active',
      `file:///artifacts/${index}`,
      FIXTURE_NOW - 95 * DAY,
      FIXTURE_NOW - 95 * DAY,
      index,
    ]),
  );
  for (let no = 1; no <= runs; no++) {
    const age = Math.floor((1 - no / runs) * 89 * DAY + random() * DAY * 0.9);
    const experiment = Math.floor(random() ** 1.6 * EXPERIMENTS.length);
    const dice = random();
    const open = no > runs - 4;
    const status = open ? 'RUNNING' : dice < 0.82 ? 'FINISHED' : dice < 0.94 ? 'FAILED' : 'KILLED';
    const start = FIXTURE_NOW - age;
    const end = open ? null : start + Math.floor((0.05 + random() * 3) * 3_600_000);
    const name = no === runs - 5 ? NASTY : `run-${no}`;
    const user = USERS[Math.floor(random() ** 1.4 * USERS.length)] ?? null;
    table('runs', [
      [
        no,
        'default',
        no.toString(16).padStart(32, '0'),
        String(experiment + 1),
        name,
        user,
        status,
        'active',
        start,
        end,
        `file:///artifacts/${no}`,
        'train.py',
        'LOCAL',
        'abc123',
        'main',
        null,
        no,
        new Date(start).toISOString(),
        new Date(start).toISOString().slice(0, 10),
        null,
        null,
        null,
      ],
    ]);
    const skill = 0.72 + 0.2 * (no / runs) + (random() - 0.5) * 0.12;
    table('metrics', [
      [no, 'val_accuracy', no % 97 === 0 ? Number.NaN : skill, 100, start + 1_000, false],
      [no, 'val_loss', 1.4 - skill + (random() - 0.5) * 0.1, 100, start + 1_000, false],
      ...(experiment === 2
        ? [[no, 'rmse', 40 - 25 * skill + random() * 4, 100, start + 1_000, false]]
        : []),
    ]);
    table('params', [
      [no, 'learning_rate', String(10 ** -(1 + Math.floor(random() * 4)))],
      [no, 'model', ['forest', 'boosting', 'mlp'][no % 3] ?? ''],
      [no, 'note', NASTY],
    ]);
    table('tags', [[no, 'mlflow.runName', name]]);
    table('dataset_inputs', [[no, 'digits', 'a1b2c3', 'training', 'local', '/data/digits.csv']]);
  }
  table('syncs', [
    [
      1,
      'default',
      'full',
      FIXTURE_NOW - 9_000,
      FIXTURE_NOW - 4_000,
      'completed',
      12,
      0,
      runs,
      runs,
      0,
      0,
      0,
      6,
      null,
    ],
    [
      2,
      'default',
      'incremental',
      FIXTURE_NOW - 900,
      FIXTURE_NOW,
      'completed',
      4,
      1,
      20,
      1,
      2,
      17,
      0,
      7,
      null,
    ],
  ]);
  for (const [name, rows] of tables) await insert(connection, name, rows);
  await connection.run('update mirror.state set data_version = 7');
}
