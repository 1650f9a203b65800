import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  daysToShift,
  readManifest,
  startDemoServer,
  type DemoServer,
} from '../../../src/demo/index.ts';
import { RawApi, at, int, itemsOf, text, tokenOf, type Item } from '../../contract/raw-api.ts';

const DAY = 86_400_000n;

async function everyRun(api: RawApi): Promise<{ runs: Item[]; bodies: string[] }> {
  const listing = await api.post('experiments/search', { max_results: 100, view_type: 'ALL' });
  const experiment_ids = itemsOf(listing, 'experiments').map((e) => text(e, 'experiment_id'));
  const order_by = ['attributes.start_time ASC', 'attributes.run_id ASC'];
  const body = { experiment_ids, run_view_type: 'ALL', max_results: 500, order_by };
  const runs: Item[] = [];
  const bodies: string[] = [];
  let page_token: string | undefined;
  do {
    const page = page_token === undefined ? body : { ...body, page_token };
    const answer = await api.post('runs/search', page);
    runs.push(...itemsOf(answer, 'runs'));
    bodies.push(answer.text);
    page_token = tokenOf(answer);
  } while (page_token !== undefined);
  return { runs, bodies };
}

describe('the sample server', () => {
  let recorded: DemoServer;
  let shifted: DemoServer;
  beforeAll(async () => {
    [recorded, shifted] = await Promise.all([startDemoServer(), startDemoServer({ shiftDays: 7 })]);
  });
  afterAll(() => Promise.all([recorded.close(), shifted.close()]));

  it('listens on loopback only', () => {
    expect(recorded.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it('holds what its manifest says', async () => {
    const manifest = (await readManifest()) as unknown as Record<string, number>;
    const { runs } = await everyRun(new RawApi(recorded.url));
    expect(runs).toHaveLength(manifest['runs'] ?? -1);
    expect(new Set(runs.map((run) => at(run, 'info.run_id'))).size).toBe(runs.length);
  });

  it('says the time of no run but its own', async () => {
    const { runs } = await everyRun(new RawApi(recorded.url));
    const until = BigInt(Date.parse((await readManifest()).recorded_at));
    for (const run of runs) {
      const start = int(run, 'info.start_time');
      expect(start <= until && start > until - 91n * DAY).toBe(true);
    }
  });

  it('moves every time by the same days and changes nothing else', async () => {
    const before = await everyRun(new RawApi(recorded.url));
    const after = await everyRun(new RawApi(shifted.url));
    const back = after.bodies.map((body) =>
      body.replace(
        /^( *"(?:start_time|end_time|timestamp)": )(\d+)/gm,
        (_, name: string, time: string) => `${name}${BigInt(time) - 7n * DAY}`,
      ),
    );
    expect(back).toEqual(before.bodies);
    const [run] = before.runs;
    const [moved] = after.runs;
    expect(int(moved, 'info.start_time') - int(run, 'info.start_time')).toBe(7n * DAY);
  });

  it('filters by the moved times', async () => {
    const api = new RawApi(shifted.url);
    const { runs } = await everyRun(api);
    const newest = runs.at(-1);
    const answer = await api.post('runs/search', {
      experiment_ids: [text(newest, 'info.experiment_id')],
      filter: `start_time >= ${int(newest, 'info.start_time')}`,
      run_view_type: 'ALL',
    });
    expect(itemsOf(answer, 'runs')).toEqual([newest]);
  });

  it('says so when a recording is not there', async () => {
    const broken = await startDemoServer({ recorded: 'no-such-folder' });
    const answer = await new RawApi(broken.url).get('experiments/search', { max_results: '1' });
    expect(answer.status).toBe(500);
    await broken.close();
  });
});

describe('daysToShift', () => {
  const recordedAt = new Date('2026-01-10T12:00:00Z');
  it.each([
    ['2026-01-10T12:00:00Z', 0],
    ['2026-01-11T11:59:59Z', 0],
    ['2026-01-11T12:00:00Z', 1],
    ['2027-01-10T13:00:00Z', 365],
    ['2025-01-01T00:00:00Z', 0],
  ])('at %s is %i', (now, days) => {
    expect(daysToShift(recordedAt, new Date(now))).toBe(days);
  });
});
