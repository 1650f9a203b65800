import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BIGINT, type DuckDBConnection } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DuckDbEngine } from '../../../src/engine/duckdb.ts';
import { packagePath } from '../../../src/paths.ts';
import { bumpDataVersion } from '../../../src/store/data-version.ts';
import { Store } from '../../../src/store/store.ts';

let folder: string;
let path: string;
const opened: Store[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runlens-store-'));
  path = join(folder, 'mirror.duckdb');
});
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  await rm(folder, { recursive: true });
});

async function open(at = path): Promise<Store> {
  const store = await Store.open({ path: at });
  opened.push(store);
  return store;
}

/** The file as a Runlens whose newest migration was `version` left it. */
async function writeOlderFile(
  version: number,
  fill: (connection: DuckDBConnection) => Promise<unknown>,
): Promise<void> {
  const engine = await DuckDbEngine.open({ path });
  await engine.withConnection(async (connection) => {
    await connection.run(`create schema mirror;
      create table mirror.schema_versions as select unnest(range(1, ${version + 1})) as version`);
    const migrations = packagePath('src/store/migrations');
    for (const file of (await readdir(migrations)).sort().slice(0, version)) {
      await connection.run(await readFile(join(migrations, file), 'utf8'));
    }
    await fill(connection);
  });
  await engine.close();
}

const DAY = 86_400_000n;
const insertState =
  'insert into mirror.sources (source, tracking_uri, last_sync_at) values ($1, $2, 0)';
const sources = 'select source from mirror.sources order by source';

describe('one owner of a file (invariant 11)', () => {
  it('refuses a second open in this process, under whatever name', async () => {
    await open();
    await symlink(folder, join(folder, 'alias'));
    for (const name of [
      path,
      join(folder, '.', 'mirror.duckdb'),
      join(folder, 'alias', 'mirror.duckdb'),
    ]) {
      await expect(open(name)).rejects.toMatchObject({
        code: 'DATABASE_LOCKED',
        message: expect.stringContaining('open in this process already') as string,
      });
    }
  });

  it('gives it free when it closes, and after an open that failed', async () => {
    await (await open()).close();
    opened.length = 0;
    await expect(open()).resolves.toBeInstanceOf(Store);
    const bad = join(folder, 'bad.duckdb');
    await writeFile(bad, 'no database, and longer than the head of one would be');
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(open(bad)).rejects.toMatchObject({ code: 'DATABASE_UNUSABLE' });
    }
  });

  it('lets databases in memory be many', async () => {
    const [one, two] = [await open(':memory:'), await open(':memory:')];
    await one.write((connection) => connection.run(insertState, ['a', 'x']));
    expect((await two.engine.query(sources)).rows).toEqual([]);
  });
});

describe('migrations', () => {
  it('run once, and keep what is there', async () => {
    const first = await open();
    await first.write((connection) => connection.run(insertState, ['a', 'x']));
    const versions = 'select version from mirror.schema_versions order by version';
    const before = (await first.engine.query(versions)).rows;
    expect(before.length).toBeGreaterThan(0);
    await first.close();
    opened.length = 0;
    const again = await open();
    expect((await again.engine.query(versions)).rows).toEqual(before);
    expect((await again.engine.query(sources)).rows).toEqual([['a']]);
  });

  it('give the runs of an older file their times, null outside of what a time can be', async () => {
    const most = 9223372036854775n;
    const starts = [1_772_445_600_123n, -1n, most, most + 1n, -9223372022400000n, null];
    await writeOlderFile(2, async (connection) => {
      for (const [index, start] of starts.entries()) {
        await connection.run(
          `insert into mirror.runs by name
           select $1 as run_no, 'a' as source, 'r' || $1 as run_id, '1' as experiment_id,
             'FINISHED' as status, 'active' as lifecycle_stage, $2 as start_ms, 0 as content_hash`,
          [BigInt(index), start],
          [BIGINT, BIGINT],
        );
      }
    });
    const { engine } = await open();
    const { rows } = await engine.query(
      'select start_ms, started_at, started_day from mirror.runs order by run_no',
    );
    const day = (start: bigint): bigint => start - (((start % DAY) + DAY) % DAY);
    expect(rows).toEqual(
      starts.map((start) =>
        start === null || start > most ? [start, null, null] : [start, start, day(start)],
      ),
    );
  });

  it('have runs with a zero written anew: an older file may have lost its sign', async () => {
    await writeOlderFile(5, (connection) =>
      connection.run(`
        insert into mirror.metrics
        values (1, 'a', -0e0, 1, 2), (1, 'b', 'nan', 1, 2), (2, 'a', -3, 1, 2);
        insert into mirror.runs by name
        select run_no, 's' as source, 'r' || run_no as run_id, '1' as experiment_id,
          'FINISHED' as status, 'active' as lifecycle_stage, 7 as content_hash, 7 as metrics_hash
        from range(1, 3) t(run_no)`),
    );
    const { engine } = await open();
    const metrics = await engine.query('select run_no, value from mirror.metrics order by 1, key');
    expect(metrics.rows).toEqual([
      [1n, -0],
      [1n, NaN],
      [2n, -3],
    ]);
    const runs = await engine.query(
      'select run_no, content_hash = 7, metrics_hash = 7 from mirror.runs order by run_no',
    );
    expect(runs.rows).toEqual([
      [1n, false, null],
      [2n, true, true],
    ]);
  });

  it('tell of an older file why the newest sync of each source failed', async () => {
    await writeOlderFile(6, (connection) =>
      connection.run(`
        insert into mirror.sources (source, tracking_uri, last_sync_at) select s, s, 0 from unnest(['a', 'b', 'c', 'd']) t(s);
        insert into mirror.syncs (sync_id, source, mode, started_ms, status, error) values
          (1, 'a', 'full', 1, 'completed', null), (2, 'a', 'full', 1, 'failed', 'UNREACHABLE: no'),
          (3, 'b', 'full', 1, 'failed', 'UNREACHABLE: no'), (4, 'b', 'full', 1, 'completed', null),
          (5, 'c', 'full', 1, 'completed', null), (6, 'c', 'full', 1, 'running', null)`),
    );
    const store = await open();
    expect(store.state().sources.map(({ source, error }) => [source, error])).toEqual([
      ['a', 'UNREACHABLE: no'],
      ['b', null],
      ['c', 'the last sync was interrupted'],
      ['d', null],
    ]);
    await store.mirror.startSync('c', 'c', 'incremental');
    expect(store.state().sources[2]?.error).toBe('the last sync was interrupted');
  });

  it('refuse a file of a later version, and leave it as it is', async () => {
    const store = await open();
    await store.write((connection) =>
      connection.run('insert into mirror.schema_versions values (999)'),
    );
    await store.close();
    opened.length = 0;
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(open()).rejects.toMatchObject({
        code: 'DATABASE_TOO_NEW',
        message: expect.stringContaining('version 999') as string,
      });
    }
  });
});

describe('writes', () => {
  it('are one transaction each: whole, or not there', async () => {
    const store = await open();
    const failing = store.write(async (connection) => {
      await connection.run(insertState, ['half', 'x']);
      throw new Error('in the middle');
    });
    await expect(failing).rejects.toThrow('in the middle');
    await store.write((connection) => connection.run(insertState, ['whole', 'x']));
    expect((await store.engine.query(sources)).rows).toEqual([['whole']]);
  });

  it('come one after the other, in the order they were asked for', async () => {
    const store = await open();
    const seen: string[] = [];
    const slowly = (name: string) =>
      store.write(async (connection) => {
        seen.push(`${name} begins`);
        await connection.run('select count(*) from range(100000)');
        seen.push(`${name} ends`);
      });
    await Promise.all([slowly('a'), slowly('b'), slowly('c')]);
    expect(seen).toEqual(['a', 'b', 'c'].flatMap((name) => [`${name} begins`, `${name} ends`]));
  });

  it('are not seen half (invariant 3), nor by a snapshot taken before', async () => {
    const store = await open();
    const count = async (reader: Pick<Store['engine'], 'query'>) =>
      (await reader.query('select count(*) from mirror.sources')).rows[0]?.[0];
    await store.engine.snapshot(async (reader) => {
      expect(await count(reader)).toBe(0n);
      await store.write(async (connection) => {
        await connection.run(insertState, ['a', 'x']);
        expect(await count(store.engine)).toBe(0n);
        await connection.run(insertState, ['b', 'x']);
      });
      expect(await count(store.engine)).toBe(2n);
      expect(await count(reader)).toBe(0n);
    });
    expect(await count(store.engine)).toBe(2n);
  });

  const bump = (store: Store) => store.write(bumpDataVersion);

  it('are told to who listens, when something moved', async () => {
    const store = await open();
    const told: number[] = [];
    const stop = store.onCommit((state) => told.push(state.dataVersion));
    await bump(store);
    await store.write((connection) => connection.run('select 1'));
    stop();
    await bump(store);
    expect([told, store.state().dataVersion]).toEqual([[1], 2]);
  });

  it('are never taken back by an earlier one that the engine answered later', async () => {
    const store = await open();
    const told: number[] = [];
    store.onCommit((state) => told.push(state.dataVersion));
    const { engine } = store;
    const query = engine.query.bind(engine);
    let answer: () => void = () => undefined;
    const asked = new Promise<void>((read) => {
      vi.spyOn(engine, 'query').mockImplementationOnce(async (...question) => {
        const rows = await query(...question);
        const held = new Promise<void>((done) => (answer = done));
        read();
        await held;
        return rows;
      });
    });
    const first = bump(store);
    await asked;
    await bump(store);
    answer();
    await first;
    expect([told, store.state().dataVersion]).toEqual([[2], 2]);
  });
});

it('keeps the sign of every zero over a checkpoint (invariant 5)', async () => {
  const store = await open();
  // Zeros of both signs and nothing else: the engine packs such a column as one constant.
  const runs = Array.from({ length: 3000 }, (_, no) => {
    const zero = no % 2 === 0 ? '0.0' : '-0.0';
    const metric = `{"key":"flat","value":${zero},"timestamp":1,"step":0}`;
    return `{"info":{"run_id":"${no}","experiment_id":"1"},"data":{"metrics":[${metric}]}}`;
  });
  const page = join(store.workFolder, 'page.json');
  await writeFile(page, `[${runs.join(',')}]`);
  await store.mirror.loadRuns({ source: 's', files: [page] });
  await store.close();
  opened.length = 0;
  const { rows } = await (
    await open()
  ).engine.query(
    `select cast(r.run_id as integer) % 2 = 1 as minus, signbit(m.value) as signed, count(*)
     from mirror.metrics m join mirror.runs r on r.run_no = m.run_no group by all order by all`,
  );
  expect(rows).toEqual([
    [false, false, 1500n],
    [true, true, 1500n],
  ]);
});

it('empties the folder of spooled pages when it opens, which a crash left', async () => {
  const store = await open();
  await writeFile(join(store.workFolder, 'default-1-000000001.json'), '[');
  await store.close();
  opened.length = 0;
  const again = await open();
  expect(await readdir(again.workFolder)).toEqual([]);
});
