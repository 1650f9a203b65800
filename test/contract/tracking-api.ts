import { beforeAll, describe, expect, it } from 'vitest';
import { experimentsContract } from './experiments-api.ts';
import { historyContract } from './history-api.ts';
import { RawApi, at, errorCodeOf, int, itemsOf, text, tokenOf, type Item } from './raw-api.ts';
import { refusalsContract } from './refusals-api.ts';

const OLDEST_FIRST = ['attributes.start_time ASC', 'attributes.run_id ASC'];
/** As many runs as the checks look at: enough for every case, quick on a slow server. */
const SAMPLE = 240;

/**
 * What Runlens relies on in a tracking server's answers, asked over plain HTTP. It finds out itself
 * what the server holds, and only needs a few dozen runs to be there. Runs against the embedded
 * sample server and against a real MLflow: where the two part, one of these fails.
 */
export function trackingApiContract(getUrl: () => string): void {
  let api: RawApi;
  let ids: string[] = [];
  let runs: Item[] = [];

  const search = (body: object): ReturnType<RawApi['post']> =>
    api.post('runs/search', { experiment_ids: ids, run_view_type: 'ALL', ...body });
  const idsOf = (found: readonly Item[]): string[] => found.map((run) => text(run, 'info.run_id'));

  beforeAll(async () => {
    api = new RawApi(getUrl());
    const listing = await api.post('experiments/search', { max_results: 1000, view_type: 'ALL' });
    ids = itemsOf(listing, 'experiments').map((experiment) => text(experiment, 'experiment_id'));
    runs = itemsOf(await search({ max_results: SAMPLE, order_by: OLDEST_FIRST }), 'runs');
    expect(runs.length).toBeGreaterThan(20);
  });

  it('says that it is there', async () => {
    expect(await api.ask('/health')).toMatchObject({ status: 200, text: 'OK' });
    expect((await api.ask('/version')).text).toMatch(/^\d+\.\d+/);
  });

  describe('the shape of runs', () => {
    it('is printed with an indent of two, in ASCII, as application/json', async () => {
      const answer = await search({ max_results: 5 });
      expect(answer.type).toBe('application/json');
      expect(answer.text.startsWith('{\n  "runs": [\n    {\n      "info": {\n')).toBe(true);
      expect(answer.text).toMatch(/^[\n\x20-\x7e]*$/);
    });

    it('has ids as strings and times as numbers', () => {
      for (const run of runs) {
        expect(text(run, 'info.run_id')).toMatch(/^[0-9a-f]{32}$/);
        expect(at(run, 'info.run_uuid')).toBe(at(run, 'info.run_id'));
        expect(ids).toContain(text(run, 'info.experiment_id'));
        expect(text(run, 'info.status')).toMatch(/^(RUNNING|SCHEDULED|FINISHED|FAILED|KILLED)$/);
        expect(text(run, 'info.lifecycle_stage')).toMatch(/^(active|deleted)$/);
        expect(text(run, 'info.user_id')).toBeTypeOf('string');
        int(run, 'info.start_time');
        if (at(run, 'info.end_time') !== undefined) int(run, 'info.end_time');
      }
    });

    it('leaves out what is empty', () => {
      for (const run of runs) {
        for (const path of ['data.metrics', 'data.params', 'data.tags', 'inputs.dataset_inputs']) {
          expect(at(run, path)).not.toEqual([]);
        }
        expect(at(run, 'inputs')).toBeTypeOf('object');
      }
    });

    it('has texts as strings, metrics as numbers or NaN', () => {
      for (const run of runs) {
        for (const kind of ['params', 'tags']) {
          for (const pair of (at(run, `data.${kind}`) ?? []) as Item[]) {
            expect([typeof pair['key'], typeof pair['value']]).toEqual(['string', 'string']);
          }
        }
        for (const metric of (at(run, 'data.metrics') ?? []) as Item[]) {
          int(metric, 'step');
          int(metric, 'timestamp');
          expect(String(metric['value'])).toMatch(/^(NaN|-?Infinity|-?\d[\d.e+-]*)$/);
        }
      }
    });

    it('is the same from runs/get', async () => {
      for (const run of runs.slice(0, 10)) {
        const answer = await api.get('runs/get', { run_id: text(run, 'info.run_id') });
        const got = at(answer.json, 'run');
        expect([at(got, 'info'), at(got, 'data')]).toEqual([at(run, 'info'), at(run, 'data')]);
      }
    });
  });

  describe('an empty page', () => {
    it.each([
      ['no experiments', { experiment_ids: [] }],
      ['an unknown experiment', { experiment_ids: ['987654321'] }],
      ['a filter that holds for none', { filter: "run_id = 'nobody'" }],
      ['a token beyond the end', { page_token: tokenFor(99_999_999) }],
      ['an empty request', '{}'],
      ['a body that is no JSON', '{"experiment_ids":'],
    ])('is {} for %s', async (_, body) => {
      const answer =
        typeof body === 'string' ? await api.post('runs/search', body) : await search(body);
      expect(answer).toMatchObject({ status: 200, text: '{}' });
    });
  });

  describe('paging', () => {
    it('by offset gives each run once, in order, with tokens that say the offset', async () => {
      const seen: string[] = [];
      let token: string | undefined;
      while (seen.length < 35) {
        const page = token === undefined ? {} : { page_token: token };
        const answer = await search({ max_results: 7, order_by: OLDEST_FIRST, ...page });
        seen.push(...idsOf(itemsOf(answer, 'runs')));
        token = tokenOf(answer);
        if (token === undefined) break;
        expect(token).toBe(tokenFor(seen.length));
      }
      expect(seen).toEqual(idsOf(runs).slice(0, seen.length));
    });

    it('ends without a token, or with one to an empty page', async () => {
      const [first] = runs;
      const filter = `run_id = '${text(first, 'info.run_id')}'`;
      const last = await search({ max_results: 1, filter });
      expect(itemsOf(last, 'runs')).toHaveLength(1);
      const token = tokenOf(last);
      if (token === undefined) return;
      expect((await search({ max_results: 1, filter, page_token: token })).text).toBe('{}');
    });
  });

  describe('order', () => {
    it('is newest first, then by id, if nothing is said', async () => {
      const found = itemsOf(await search({ max_results: 100 }), 'runs');
      expect(idsOf(found)).toEqual(idsOf(found.toSorted((a, b) => byTime(b, a) || byId(a, b))));
    });

    it('is oldest first where asked, by id where times are equal', () => {
      expect(idsOf(runs)).toEqual(idsOf(runs.toSorted((a, b) => byTime(a, b) || byId(a, b))));
    });

    it('puts runs without an end last in both directions', async () => {
      for (const direction of ['ASC', 'DESC']) {
        const order_by = [`attributes.end_time ${direction}`];
        const found = itemsOf(
          await search({ max_results: 1000, order_by, filter: someIds() }),
          'runs',
        );
        const open = found.map((run) => at(run, 'info.end_time') === undefined);
        expect(open).toEqual(open.toSorted((a, b) => Number(a) - Number(b)));
      }
    });
  });

  describe('view types', () => {
    it('part the runs into active and deleted', async () => {
      const filter = someIds();
      const parts = await Promise.all(
        ['ACTIVE_ONLY', 'DELETED_ONLY'].map(async (run_view_type) =>
          itemsOf(await search({ run_view_type, filter, max_results: 1000 }), 'runs'),
        ),
      );
      for (const [index, stage] of ['active', 'deleted'].entries()) {
        expect(idsOf(parts[index] ?? []).toSorted()).toEqual(
          idsOf(runs.filter((run) => at(run, 'info.lifecycle_stage') === stage)).toSorted(),
        );
      }
    });

    it('are active only without one, and for an unknown one', async () => {
      const ask = (more: object): ReturnType<RawApi['post']> =>
        api.post('runs/search', { experiment_ids: ids, max_results: 50, ...more });
      const active = (await ask({ run_view_type: 'ACTIVE_ONLY' })).text;
      expect((await ask({})).text).toBe(active);
      expect((await ask({ run_view_type: 'NO_SUCH_VIEW' })).text).toBe(active);
    });
  });

  describe('filters', () => {
    const found = async (filter: string): Promise<string[]> => {
      const answer = await search({ filter: `${filter} AND ${someIds()}`, max_results: 1000 });
      return idsOf(itemsOf(answer, 'runs')).toSorted();
    };
    const where = (holds: (run: Item) => boolean): string[] => idsOf(runs.filter(holds)).toSorted();

    it('by start, its bound included', async () => {
      const bound = int(runs[Math.floor(runs.length / 2)], 'info.start_time');
      expect(await found(`start_time >= ${bound}`)).toEqual(
        where((run) => int(run, 'info.start_time') >= bound),
      );
      expect(await found(`attributes.start_time < ${bound}`)).toEqual(
        where((run) => int(run, 'info.start_time') < bound),
      );
      expect(await found(`start_time = ${bound}`)).toEqual(
        where((run) => int(run, 'info.start_time') === bound),
      );
    });

    it('by end, which a run without one never meets', async () => {
      const ended = runs.filter((run) => at(run, 'info.end_time') !== undefined);
      const bound = int(ended[Math.floor(ended.length / 2)], 'info.end_time');
      expect(await found(`end_time >= ${bound}`)).toEqual(
        where((run) => ended.includes(run) && int(run, 'info.end_time') >= bound),
      );
      expect(await found('end_time != 0')).toEqual(where((run) => ended.includes(run)));
    });

    it('by status, minding case', async () => {
      for (const status of ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED']) {
        expect(await found(`status = '${status}'`)).toEqual(
          where((run) => at(run, 'info.status') === status),
        );
        expect(await found(`status != '${status}'`)).toEqual(
          where((run) => at(run, 'info.status') !== status),
        );
      }
      expect(await found("status = 'finished'")).toEqual(where(() => false));
    });

    it('by lists of run ids', async () => {
      const some = idsOf(runs).filter((_, index) => index % 3 === 0);
      const list = some.map((id) => `'${id}'`).join(',');
      expect(await found(`run_id IN (${list})`)).toEqual(
        where((run) => some.includes(text(run, 'info.run_id'))),
      );
      expect(await found(`run_id NOT IN (${list})`)).toEqual(
        where((run) => !some.includes(text(run, 'info.run_id'))),
      );
    });

    it('by params, tags and metrics, which what is missing never meets', async () => {
      for (const kind of ['params', 'tags', 'metrics']) {
        const first = runs.flatMap((run) => (at(run, `data.${kind}`) ?? []) as Item[])[0];
        if (first === undefined) continue;
        const key = text(first, 'key');
        const has = (run: Item): boolean =>
          ((at(run, `data.${kind}`) ?? []) as Item[]).some((item) => item['key'] === key);
        const nothing = kind === 'metrics' ? '-1.25e-77' : "'no such value'";
        expect(await found(`${kind}.\`${key}\` != ${nothing}`)).toEqual(where(has));
        expect(await found(`${kind}.\`${key}\` = ${nothing}`)).toEqual(where(() => false));
      }
    });
  });

  experimentsContract(() => api);
  historyContract(() => ({ api, runs }));
  refusalsContract(() => ({ api, ids }));

  it('gives 404 for a run that is not there', async () => {
    const answer = await api.get('runs/get', { run_id: '0'.repeat(32) });
    expect([answer.status, errorCodeOf(answer)]).toEqual([404, 'RESOURCE_DOES_NOT_EXIST']);
  });

  /** Keeps an answer to the runs the checks know of. */
  function someIds(): string {
    return `run_id IN (${idsOf(runs)
      .map((id) => `'${id}'`)
      .join(',')})`;
  }
}

function tokenFor(offset: number): string {
  return Buffer.from(`{"offset": ${offset}}`).toString('base64');
}

function byTime(a: Item, b: Item): number {
  const [left, right] = [int(a, 'info.start_time'), int(b, 'info.start_time')];
  return left < right ? -1 : left > right ? 1 : 0;
}

function byId(a: Item, b: Item): number {
  return text(a, 'info.run_id') < text(b, 'info.run_id') ? -1 : 1;
}
