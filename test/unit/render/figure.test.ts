import { expect, it } from 'vitest';
import type { FigurePanel } from '../../../src/dashboards/dashboard.ts';
import type { Value } from '../../../src/engine/engine.ts';
import { figureText } from '../../../src/render/figure.ts';

const panel = (figure: Partial<FigurePanel['figure']> = {}): FigurePanel => ({
  id: 'runs',
  title: 'Runs',
  description: undefined,
  kind: 'figure',
  link: undefined,
  select: [],
  empty: undefined,
  query: {
    view: 'runs',
    where: {},
    group: undefined,
    measures: undefined,
    order: undefined,
    limit: 1,
  },
  figure: { value: 'runs', format: ',~s', better: 'up', ...figure },
});

const rows = (row: Value[], previous?: Value[]) => ({
  columns: ['runs', 'ended'].map((name) => ({ name, type: 'int64' as const, description: '' })),
  rows: [row],
  truncated: false,
  previous: previous && [previous],
});

it.each([
  [{}, [120n], [100n], { value: '120', change: '+20%', mood: 'good', before: '100' }],
  [{ better: 'down' }, [120n], [100n], { change: '+20%', mood: 'bad' }],
  [{}, [355n], [1n], { value: '355', change: 'from 1', mood: 'good' }],
  [{}, [100n], [100n], { change: 'no change', mood: 'neutral' }],
  [{}, [100_001n], [100_000n], { change: 'no change', mood: 'neutral' }],
  [{ per: 'ended' }, [5n, 100n], [4n, 100n], { change: '+1 point', mood: 'good' }],
  [{}, [-2], [-4], { change: '+50%', mood: 'good' }],
  [{}, [-6], [-4], { change: '−50%', mood: 'bad' }],
  [{}, [2], [-1], { change: '+300%', mood: 'good' }],
  [{}, [3], [Number.POSITIVE_INFINITY], { value: '3', change: 'from ∞', mood: 'bad' }],
  [
    {},
    [Number.NEGATIVE_INFINITY],
    [Number.NEGATIVE_INFINITY],
    { change: 'from −∞', mood: 'neutral' },
  ],
  [{ per: 'ended' }, [Number.NaN, 1], [2, 1], { change: 'from 2', mood: 'neutral' }],
  [{ per: 'ended' }, [1, 1], [Number.POSITIVE_INFINITY, 1], { change: 'from ∞', mood: 'bad' }],
  [{}, [5n], [0n], { value: '5', change: undefined }],
  [{}, [null], undefined, { value: '–', change: undefined }],
  [
    { per: 'ended', format: '.1%' },
    [8n, 10n],
    [9n, 10n],
    { value: '80.0%', change: '−10 points', mood: 'bad' },
  ],
  [{ per: 'ended', format: '.1%' }, [0n, 0n], undefined, { value: '–' }],
  [{ unit: 'h' }, [0.641], [2.5], { value: '38.5', unit: 'min', before: '150' }],
  [{ unit: 'h' }, [24.7], [0.5], { value: '24.7', unit: 'h', before: '0.5' }],
  [{ unit: 'h' }, [0], undefined, { value: '0', unit: 'h' }],
  [{ unit: 'MB' }, [0.5], undefined, { value: '0.5', unit: 'MB' }],
] as const)('case %#', (figure, now, before, expected) => {
  expect(figureText(panel(figure), rows([...now], before && [...before]))).toMatchObject(expected);
});
