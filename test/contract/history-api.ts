import { beforeAll, describe, expect, it } from 'vitest';
import { at, errorCodeOf, int, itemsOf, text, tokenOf, type Item, type RawApi } from './raw-api.ts';

const PATH = 'metrics/get-history';

/** The points of one metric of one run. */
export function historyContract(get: () => { api: RawApi; runs: readonly Item[] }): void {
  describe('metric histories', () => {
    let api: RawApi;
    let known: { run_id: string; latest: Item }[] = [];

    beforeAll(() => {
      const { api: given, runs } = get();
      api = given;
      const all = runs.flatMap((run) =>
        ((at(run, 'data.metrics') ?? []) as Item[]).map((latest) => ({
          run_id: text(run, 'info.run_id'),
          latest,
        })),
      );
      const long = all.filter(({ latest }) => int(latest, 'step') > 1n);
      known = [...long.slice(0, 6), ...all.slice(0, 6)];
    });

    const history = async (run_id: string, metric_key: string, more = {}): Promise<Item[]> =>
      itemsOf(
        await api.get(PATH, { run_id, metric_key, max_results: '25000', ...more }),
        'metrics',
      );

    it('hold the latest point, which is the one of the highest step', async () => {
      expect(known.length).toBeGreaterThan(0);
      for (const { run_id, latest } of known) {
        const points = await history(run_id, text(latest, 'key'));
        expect(points).toContainEqual(latest);
        for (const point of points) expect(int(point, 'step') <= int(latest, 'step')).toBe(true);
      }
    });

    it('are ordered by time, then step', async () => {
      for (const { run_id, latest } of known) {
        const points = await history(run_id, text(latest, 'key'));
        for (const [index, point] of points.slice(1).entries()) {
          const before = points[index];
          const later = int(point, 'timestamp') - int(before, 'timestamp');
          expect(later > 0n || (later === 0n && int(point, 'step') >= int(before, 'step'))).toBe(
            true,
          );
        }
      }
    });

    it('come in pages', async () => {
      for (const { run_id, latest } of known.slice(0, 3)) {
        const metric_key = text(latest, 'key');
        const seen: Item[] = [];
        let token: string | undefined;
        do {
          const page = token === undefined ? {} : { page_token: token };
          const query = { run_id, metric_key, max_results: '4', ...page };
          const answer = await api.get(PATH, query);
          seen.push(...itemsOf(answer, 'metrics'));
          token = tokenOf(answer);
        } while (token !== undefined);
        expect(seen).toEqual(await history(run_id, metric_key));
      }
    });

    it('are {} for an unknown key or run', async () => {
      const run_id = known[0]?.run_id ?? '';
      for (const query of [
        { run_id, metric_key: 'no such key' },
        { run_id: '0'.repeat(32), metric_key: 'loss' },
      ]) {
        const answer = await api.get(PATH, { ...query, max_results: '10' });
        expect(answer).toMatchObject({ status: 200, text: '{}' });
      }
    });

    it.each([
      ['no run', { metric_key: 'loss' }],
      ['no key', { run_id: '0'.repeat(32) }],
      ['no page size', { run_id: '0'.repeat(32), metric_key: 'loss', max_results: '0' }],
    ])('are refused for %s', async (_, query) => {
      const answer = await api.get(PATH, { ...query });
      expect([answer.status, errorCodeOf(answer)]).toEqual([400, 'INVALID_PARAMETER_VALUE']);
    });
  });
}
