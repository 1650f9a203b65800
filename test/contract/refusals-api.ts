import { describe, expect, it } from 'vitest';
import { errorCodeOf, type RawApi } from './raw-api.ts';

/** What a server refuses, with which status and code; the words differ between versions. */
export function refusalsContract(get: () => { api: RawApi; ids: readonly string[] }): void {
  describe('refusals', () => {
    it.each([
      ['OR', { filter: 'metrics.a > 0 OR metrics.a < 0' }],
      ['brackets', { filter: '(metrics.a > 0)' }],
      ['white space', { filter: '  ' }],
      ['a semicolon', { filter: 'metrics.a > 0;' }],
      ['a comment', { filter: 'metrics.a > 0 -- all' }],
      ['a quoted number', { filter: "metrics.a > '0'" }],
      ['an unquoted text', { filter: 'params.a = b' }],
      ['an unknown attribute', { filter: "lifecycle_stage = 'active'" }],
      ['an unknown entity', { filter: 'Metrics.a > 0' }],
      ['an order between texts', { filter: "params.a > 'b'" }],
      ['a list of statuses', { filter: "status IN ('FAILED')" }],
      ['an empty list', { filter: 'run_id IN ()' }],
      ['a single order_by', { order_by: 'start_time' }],
      ['an order by dataset', { order_by: ['dataset.name'] }],
      ['an order by stage', { order_by: ['lifecycle_stage'] }],
      ['a page of 0', { max_results: 0 }],
      ['a page of -1', { max_results: -1 }],
      ['a page of 50001', { max_results: 50001 }],
      ['a garbled token', { page_token: 'garbage' }],
      ['a token without an offset', { page_token: 'e30=' }],
    ])('%s is INVALID_PARAMETER_VALUE', async (_, body) => {
      const { api, ids } = get();
      const answer = await api.post('runs/search', { experiment_ids: ids, ...body });
      expect([answer.status, errorCodeOf(answer)]).toEqual([400, 'INVALID_PARAMETER_VALUE']);
      expect(answer.type).toMatch(/^application\/json/);
    });

    it('a repeated field in order_by is the 500 of a client error', async () => {
      const { api, ids } = get();
      const order_by = ['start_time ASC', 'attributes.start_time DESC'];
      const answer = await api.post('runs/search', { experiment_ids: ids, order_by });
      expect([answer.status, errorCodeOf(answer)]).toEqual([500, 'INTERNAL_ERROR']);
    });

    it('another content type is refused', async () => {
      const { api, ids } = get();
      const body = JSON.stringify({ experiment_ids: ids });
      const answer = await api.post('runs/search', body, 'text/plain');
      expect(answer.status).toBe(400);
    });

    it.each([
      ['/api/2.0/mlflow/runs/search', 405],
      ['/api/2.0/mlflow/no-such-endpoint', 404],
      ['/no-such-page', 404],
    ])('GET %s is %i and no JSON', async (path, status) => {
      const answer = await get().api.ask(path);
      expect([answer.status, answer.json]).toEqual([status, undefined]);
    });
  });
}
