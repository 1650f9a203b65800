import { beforeAll, describe, expect, it } from 'vitest';
import { at, errorCodeOf, int, itemsOf, text, tokenOf, type Item, type RawApi } from './raw-api.ts';

/** Experiments: listing, paging, view types, and finding one by id or name. */
export function experimentsContract(getApi: () => RawApi): void {
  describe('experiments', () => {
    let api: RawApi;
    let all: Item[] = [];
    const list = async (view_type: string): Promise<Item[]> =>
      itemsOf(
        await api.post('experiments/search', { max_results: 1000, view_type }),
        'experiments',
      );

    beforeAll(async () => {
      api = getApi();
      all = await list('ALL');
    });

    it('have ids as strings, names, stages and times', () => {
      expect(all.length).toBeGreaterThan(0);
      for (const experiment of all) {
        expect(text(experiment, 'experiment_id')).toMatch(/^\d+$/);
        expect(text(experiment, 'name')).not.toBe('');
        expect(text(experiment, 'lifecycle_stage')).toMatch(/^(active|deleted)$/);
        int(experiment, 'creation_time');
        int(experiment, 'last_update_time');
        expect(at(experiment, 'tags')).not.toEqual([]);
      }
    });

    it('are parted by view type, and active only without one', async () => {
      const stage = (name: string): Item[] =>
        all.filter((experiment) => experiment['lifecycle_stage'] === name);
      expect(await list('ACTIVE_ONLY')).toEqual(stage('active'));
      expect(await list('DELETED_ONLY')).toEqual(stage('deleted'));
      expect(await list('NO_SUCH_VIEW')).toEqual(stage('active'));
    });

    it('answer GET as POST', async () => {
      const posted = await api.post('experiments/search', { max_results: 3, view_type: 'ALL' });
      const got = await api.get('experiments/search', { max_results: '3', view_type: 'ALL' });
      expect(got.text).toBe(posted.text);
    });

    it('come in pages, each once, the last without a token', async () => {
      const seen: unknown[] = [];
      let token: string | undefined;
      do {
        const page: object = token === undefined ? {} : { page_token: token };
        const answer = await api.post('experiments/search', {
          max_results: 2,
          view_type: 'ALL',
          ...page,
        });
        const items = itemsOf(answer, 'experiments');
        expect(items.length).toBeGreaterThan(0);
        seen.push(...items);
        token = tokenOf(answer);
      } while (token !== undefined);
      expect(seen).toEqual(all);
    });

    it('are found by id and by name, deleted ones too', async () => {
      for (const experiment of all.slice(0, 20)) {
        const { experiment_id, name } = experiment as Record<string, string>;
        const byId = await api.get('experiments/get', { experiment_id: experiment_id ?? '' });
        const byName = await api.get('experiments/get-by-name', { experiment_name: name ?? '' });
        expect(at(byId.json, 'experiment')).toEqual(experiment);
        expect(at(byName.json, 'experiment')).toEqual(experiment);
      }
    });

    it.each([
      ['experiments/get', { experiment_id: '987654321' }, 404, 'RESOURCE_DOES_NOT_EXIST'],
      [
        'experiments/get-by-name',
        { experiment_name: 'no such name' },
        404,
        'RESOURCE_DOES_NOT_EXIST',
      ],
      ['experiments/get', {}, 400, 'INVALID_PARAMETER_VALUE'],
      ['experiments/get-by-name', {}, 400, 'INVALID_PARAMETER_VALUE'],
      ['experiments/search', {}, 400, 'INVALID_PARAMETER_VALUE'],
      ['experiments/search', { max_results: '50001' }, 400, 'INVALID_PARAMETER_VALUE'],
      [
        'experiments/search',
        { max_results: '5', page_token: 'no' },
        400,
        'INVALID_PARAMETER_VALUE',
      ],
    ])('%s with %j answers %i', async (path, query, status, code) => {
      const answer = await api.get(path, { ...query });
      expect([answer.status, errorCodeOf(answer)]).toEqual([status, code]);
    });
  });
}
