import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TrackingClient, createTransport, type RunsQuery } from '../../src/mlflow/index.ts';
import { startMlflow, type MlflowServer } from '../support/mlflow-server.ts';
import { ModelServer } from '../support/model-server.ts';
import { requirePython } from '../support/python.ts';
import { Replay } from '../support/replay.ts';
import { readRestTables } from '../support/rest-tables.ts';
import { ScheduleOfChanges } from '../support/schedule-of-changes.ts';
import type { TableRows } from '../support/tables.ts';

const python = requirePython('the model of a tracking server', ['mlflow']);

const SCHEDULES = 4;
const STEPS = 60;
const FIRST_SEED = Number(process.env['RUNLENS_SEED'] ?? Date.now() % 1_000_000);

/** The property test of the sync believes the model; here the model is held against a real server. */
describe.skipIf(python === undefined)('the model of a tracking server', () => {
  let server: MlflowServer;
  beforeAll(async () => {
    server = await startMlflow({ python: python ?? '' });
  });
  afterAll(() => server.close());

  /**
   * Without what a server makes up itself (places, the times of experiments) and what a SQLite store
   * loses (the sign of zero).
   */
  const plain = (row: string): string =>
    row
      .replace(' value=-0 ', ' value=0 ')
      .replace(/ artifact_(uri|location)=("[^"]*"|null)| (creation|last_update)_time=\d+/g, '');

  /** The rows of this schedule on the real server, under the ids and names of the model. */
  async function realTables(replay: Replay, prefix: string): Promise<TableRows> {
    const tables: TableRows = new Map();
    for (const [table, rows] of await readRestTables(server.url)) {
      const own = rows.flatMap((row) => {
        const named = row
          .replace(/(run_id|experiment_id)="([^"]+)"/g, (whole, column: string, id: string) => {
            const known = replay.modelId.get(id);
            return known === undefined ? whole : `${column}="${known}" ours`;
          })
          .replace(`name="${prefix}`, 'name="');
        return named.includes(' ours') ? [plain(named.replaceAll(' ours', ''))] : [];
      });
      if (own.length > 0) tables.set(table, own.sort());
    }
    return tables;
  }

  /** All runs of a search, three a page, under the model's ids; sorted where starts are equal. */
  async function listing(
    client: TrackingClient,
    query: Omit<RunsQuery, 'maxResults'>,
    modelId: (id: string) => string,
  ): Promise<string[]> {
    const found: string[] = [];
    let pageToken: string | undefined;
    do {
      const orderBy = ['attributes.start_time ASC', 'attributes.run_id ASC'];
      const page = await client.searchRuns({ ...query, orderBy, maxResults: 3, pageToken });
      const runs = JSON.parse(page.runs?.toString() ?? '[]') as {
        info: { run_id: string; start_time: number };
      }[];
      found.push(...runs.map(({ info }) => `${info.start_time} ${modelId(info.run_id)}`));
      pageToken = page.nextPageToken;
    } while (pageToken !== undefined);
    const starts = found.map((line) => Number(line.split(' ')[0]));
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    return found.sort();
  }

  it(`tells what a real one tells, in ${SCHEDULES} schedules from seed ${FIRST_SEED}`, async () => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + SCHEDULES; seed++) {
      const model = new ModelServer();
      const changes = new ScheduleOfChanges(model, seed);
      const replay = new Replay(model, server, python ?? '', `${seed} `);
      changes.addExperiment();
      for (let step = 0; step < STEPS; step++) {
        changes.step();
        await replay.step();
      }

      const expected = new Map(
        [...model.tables()].map(([table, rows]) => [table, rows.map(plain).sort()]),
      );
      expect({ seed, tables: await realTables(replay, `${seed} `) }).toEqual({
        seed,
        tables: expected,
      });

      const transports = { model: model.transport(), real: createTransport() };
      const of = (baseUrl: string, transport: typeof transports.real) =>
        new TrackingClient({ baseUrl, transport });
      const [modelled, real] = [
        of('http://model', transports.model),
        of(server.url, transports.real),
      ];
      const experimentIds = [...model.experiments.keys()];
      const some = [...model.runs.keys()].filter((_, index) => index % 2 === 0);
      const idsIn = (ids: string[]): string => ids.map((id) => `'${id}'`).join(', ');
      const filters: ((id: (model: string) => string) => string)[] = [
        () => '',
        () => `attributes.start_time >= ${changes.nowMs - 3_600_000}`,
        () => `attributes.end_time >= ${changes.nowMs - 3_600_000}`,
        () => "attributes.status = 'RUNNING'",
        () => "attributes.status = 'SCHEDULED' and attributes.start_time >= 1",
        (id) => `attributes.run_id IN (${idsIn(some.map(id))})`,
      ];
      for (const viewType of ['ALL', 'ACTIVE_ONLY', 'DELETED_ONLY'] as const) {
        for (const filter of filters) {
          const ask = (client: TrackingClient, id: (model: string) => string) => ({
            client,
            query: { experimentIds: experimentIds.map(id), viewType, filter: filter(id) },
          });
          const here = ask(modelled, (id) => id);
          const there = ask(real, (id) => replay.real(id));
          expect(
            await listing(there.client, there.query, (id) => replay.modelId.get(id) ?? id),
          ).toEqual(await listing(here.client, here.query, (id) => id));
        }
      }
      await transports.real.close();
    }
  });
});
