import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDashboards } from '../../../src/dashboards/load.ts';
import { packagePath } from '../../../src/paths.ts';
import { standalonePage } from '../../../src/web/standalone.ts';
import { FIXTURE_NOW, openFixtureMirror } from '../../support/fixture-mirror.ts';

let mirror: Awaited<ReturnType<typeof openFixtureMirror>>;
beforeAll(async () => {
  mirror = await openFixtureMirror({ runs: 100 });
});
afterAll(() => mirror.store.close());

const pageOf = async (id: string, query: Record<string, string> = {}): Promise<string> => {
  const dashboards = await openDashboards([packagePath('dashboards')]);
  const dashboard = dashboards.get(id);
  if (dashboard === undefined) throw new Error('no dashboard');
  const { catalog, engine, store } = mirror;
  return standalonePage({
    dashboard,
    dashboards,
    query: new URLSearchParams(query),
    reader: engine,
    catalog,
    state: store.state(),
    now: FIXTURE_NOW,
    version: '0.0.0',
  });
};

it('puts all of a dashboard into one file that asks for nothing', async () => {
  const html = await pageOf('metric-trends', { metric: 'val_loss' });
  expect(html).toContain('val_loss by run');
  expect(html).toContain('Metric: val_loss');
  expect(html).toContain('as of 2026-11-20 15:30 UTC · data version 7');
  expect(html.match(/<svg role="img"/g)?.length).toBe(4);
  const quiet = html.replaceAll(/(<script[^>]*>)[^<]*(?:<(?!\/script>)[^<]*)*<\/script>/g, '$1');
  const loads = /<script[^>]* src|<link rel="(stylesheet|preload)"|(href|src)="(\/|https?:)/;
  expect(loads.test(quiet)).toBe(false);
});

it('speaks of no click that would do nothing', async () => {
  expect(await pageOf('overview')).toContain('All runs, whatever the period.</p>');
});
