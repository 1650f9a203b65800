import { expect, it } from 'vitest';
import { valuesFor, variableNames, withValues } from '../../../src/dashboards/chart-params.ts';
import { paramMistakes } from '../../../src/dashboards/check-params.ts';
import { dashboardSchema } from '../../../src/dashboards/schema.ts';

const SPEC = {
  params: [
    { name: 'scale', value: 'most' },
    { name: 'own', value: 3 },
    { name: 'made', expr: 'own + 1' },
    { name: 'zoom', value: {}, select: 'interval' },
  ],
  mark: 'point',
};

it('gives a spec the choices that it has a value for, and leaves the rest of it', () => {
  const chosen = { scale: 'all', zoom: 'x', made: 'x', metric: 'loss' };
  expect(variableNames(SPEC)).toEqual(['scale', 'own']);
  expect(valuesFor(SPEC, chosen)).toEqual({ scale: 'all' });
  const filled = withValues(SPEC, valuesFor(SPEC, chosen));
  expect(filled).toEqual({
    ...SPEC,
    params: [{ name: 'scale', value: 'all' }, ...SPEC.params.slice(1)],
  });
  expect(withValues(SPEC, {})).toBe(SPEC);
  expect(withValues({ mark: 'bar' }, valuesFor({ mark: 'bar' }, chosen))).toEqual({ mark: 'bar' });
});

it('counts a parameter as used when a chart takes it', () => {
  const dashboard = dashboardSchema.parse({
    version: 1,
    id: 'one',
    title: 'One',
    params: { scale: { type: 'enum', values: ['most', 'all'] } },
    panels: { points: { title: 'Points', view: 'runs', chart: SPEC, alt: 'Points' } },
    layout: [['points']],
  });
  expect(paramMistakes(dashboard, [SPEC])).toEqual([]);
  expect(paramMistakes(dashboard, []).map((it) => it.code)).toEqual(['unused-parameter']);
});
