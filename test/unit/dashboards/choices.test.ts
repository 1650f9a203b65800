import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveChoices } from '../../../src/dashboards/choices.ts';
import type { Dashboard } from '../../../src/dashboards/dashboard.ts';
import { resolveExactly } from '../../../src/dashboards/exact-choices.ts';
import { openDashboards, type OpenDashboards } from '../../../src/dashboards/load.ts';
import { packagePath } from '../../../src/paths.ts';
import { FIXTURE_NOW, NASTY, openFixtureMirror } from '../../support/fixture-mirror.ts';

let mirror: Awaited<ReturnType<typeof openFixtureMirror>>;
let dashboards: OpenDashboards;

beforeAll(async () => {
  mirror = await openFixtureMirror({ runs: 120 });
  dashboards = await openDashboards([packagePath('dashboards')]);
});
afterAll(() => mirror.store.close());

function resolve(
  id: string,
  query: string,
  sources = ['default'],
  listed = true,
  change: (dashboard: Dashboard) => Dashboard = (dashboard) => dashboard,
  how = resolveChoices,
) {
  const found = dashboards.get(id);
  if (found === undefined) throw new Error(`no dashboard ${id}`);
  const dashboard = change(found);
  const { catalog, engine: reader } = mirror;
  const address = new URLSearchParams(query);
  const read = { catalog, reader, now: FIXTURE_NOW, listed };
  return how({ dashboard, query: address, sources, ...read });
}

describe('resolveChoices', () => {
  it('opens on the experiment with the most runs and a metric that has points', async () => {
    const choices = await resolve('metric-trends', '');
    expect(choices.query().toString()).toBe(
      'experiment=1&metric=val_accuracy&since=last_90d&scale=most',
    );
    expect(choices.fill('{metric} of {experiment}, {since}')).toBe(
      'val_accuracy of churn-baselines, last 90 days',
    );
  });

  it('offers the metrics of the chosen experiment only', async () => {
    const metrics = async (query: string) =>
      (await resolve('metric-trends', query)).get('metric')?.options.map((it) => it.value);
    expect(await metrics('experiment=3')).toContain('rmse');
    expect(await metrics('experiment=1')).not.toContain('rmse');
  });

  it('replaces a metric that the chosen experiment lacks, and says so', async () => {
    const metric = (await resolve('metric-trends', 'experiment=1&metric=rmse')).get('metric');
    expect(metric?.raw).toEqual(['val_accuracy']);
    expect(metric?.notice).toContain('rmse');
  });

  it.each([
    ['select', 'iris', 'iris is not there; churn-baselines instead.'],
    ['select', '2', undefined],
    ['multiselect', ['2', 'iris'], 'iris is not there; digit-classifier instead.'],
    ['multiselect', ['iris'], 'iris is not there; all instead.'],
  ] as const)('says when a default is not there: %s %s', async (type, byDefault, notice) => {
    const change = (it: Dashboard): Dashboard => {
      const experiment = { ...it.params['experiment'], type, default: byDefault } as never;
      return { ...it, params: { ...it.params, experiment } };
    };
    const { list } = await resolve('overview', '', ['default'], true, change);
    expect(list.find((it) => it.name === 'experiment')?.notice).toBe(notice);
    const chosen = await resolve('overview', 'experiment=2', ['default'], true, change);
    expect(chosen.get('experiment')?.notice).toBeUndefined();
    // A file is refused instead, with the same reason.
    const file = await resolve('overview', '', ['default'], true, change, resolveExactly).catch(
      (error: Error) => error.message,
    );
    const refused = `experiment: ${notice?.replace(/;.*/, '')}`;
    expect(typeof file === 'string' ? file : undefined).toBe(notice && refused);
  });

  it.each([
    ['overview', ''],
    ['overview', 'experiment=all'],
    ['overview', 'experiment=2'],
    ['metric-trends', ''],
    ['metric-trends', 'experiment=all'],
    ['metric-trends', 'experiment=1&metric=val_accuracy'],
    ['metric-trends', 'experiment=1&metric=rmse'],
    ['users', ''],
    ['users', new URLSearchParams({ user: NASTY }).toString()],
  ])('chooses alike without the lists: %s?%s', async (id, query) => {
    const told = async (listed: boolean) => {
      const { list } = await resolve(id, query, ['default'], listed);
      return list.map(({ name, raw, text, notice }) => ({ name, raw, text, notice }));
    };
    expect(await told(false)).toEqual(await told(true));
  });

  it('reads the chosen options alone where that will do, and refuses others alike', async () => {
    const { list } = await resolve('overview', 'experiment=2', ['default'], false);
    const experiment = list.find((it) => it.name === 'experiment');
    expect(experiment?.options.map((it) => it.value)).toEqual(['2']);
    await expect(resolve('overview', 'experiment=none', ['default'], false)).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: 'experiment: no option "none"',
    });
    const label = experiment?.options[0]?.label ?? '';
    const byName = resolve('overview', new URLSearchParams({ experiment: label }).toString());
    await expect(byName).rejects.toMatchObject({
      message: `experiment: no option ${JSON.stringify(label)}`,
      hint: 'It is named by its value: "2".',
    });
  });

  it('keeps a value with every kind of character', async () => {
    const query = new URLSearchParams({ user: NASTY }).toString();
    const choices = await resolve('users', query);
    expect(choices.conditions({ user_name: '$user' })).toEqual([
      { column: 'user_name', op: '=', value: NASTY },
    ]);
  });

  it('keeps the operator of what is chosen from a list', async () => {
    const choices = await resolve('users', new URLSearchParams({ user: NASTY }).toString());
    expect(choices.conditions({ 'user_name !=': '$user' })).toEqual([
      { column: 'user_name', op: '!=', value: NASTY },
    ]);
    expect(choices.conditions({ status: ['A', 'B'], 'user_name !=': ['C', null] })).toEqual([
      { column: 'status', op: 'in', value: ['A', 'B'] },
      { column: 'user_name', op: '!=', value: 'C' },
      { column: 'user_name', op: '!=', value: null },
    ]);
  });

  it('gives no condition for all', async () => {
    const choices = await resolve('overview', 'since=all&experiment=all');
    expect(choices.conditions({ day: '$since', experiment_id: '$experiment' })).toEqual([]);
    expect(choices.query().toString()).toBe('since=all&experiment=all');
  });

  it('shifts a period to the one before', async () => {
    const choices = await resolve('overview', 'since=2026-11-11..2026-11-20');
    const days = (period: 'current' | 'previous') =>
      choices.conditions({ day: '$since' }, period).map(({ op, value }) => [op, value]);
    expect(days('current')).toEqual([
      ['>=', new Date('2026-11-11T00:00:00Z')],
      ['<', new Date('2026-11-21T00:00:00Z')],
    ]);
    expect(days('previous')).toEqual([
      ['>=', new Date('2026-11-01T00:00:00Z')],
      ['<', new Date('2026-11-11T00:00:00Z')],
    ]);
  });

  it.each([
    ['nonsense=1', 'nonsense'],
    ['since=yesterday', 'since'],
    ['experiment=nope', 'experiment'],
    ['experiment=1&experiment=2', 'experiment'],
  ])('refuses ?%s and names the field', async (query, field) => {
    await expect(resolve('overview', query)).rejects.toMatchObject({ code: 'BAD_REQUEST', field });
  });

  it('asks for the server once there are two', async () => {
    expect((await resolve('overview', '')).get('source')).toBeUndefined();
    const both = ['default', 'other'];
    expect((await resolve('overview', '', both)).get('source')?.raw).toEqual([]);
    expect((await resolve('metric-trends', '', both)).get('source')?.raw).toEqual(['default']);
  });
});
