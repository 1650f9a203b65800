import { expect, it } from 'vitest';
import { toldColumns } from '../../../src/render/told-columns.ts';

const columns = ['source', 'day', 'runs', 'failed', 'share'];
const x = { field: 'day', type: 'temporal' };

it('has what tooltips name, then what else is drawn, and no made-up fields', () => {
  const spec = {
    transform: [{ calculate: 'datum.runs - datum.failed', as: 'fine' }],
    encoding: { x },
    layer: [
      { mark: 'bar', encoding: { y: { field: 'fine' } } },
      {
        mark: 'point',
        encoding: {
          tooltip: [
            { field: 'share', title: 'Share', format: '.5~g' },
            { field: 'fine', title: 'Fine' },
            { field: 'day', title: 'Day', format: '%d %b' },
          ],
        },
      },
    ],
  };
  expect(toldColumns(spec, columns)).toEqual([
    { column: 'share', title: 'Share', format: '.5~g' },
    { column: 'day', title: 'Day' },
    { column: 'runs' },
    { column: 'failed' },
  ]);
});

it('has all when the chart names none', () => {
  expect(toldColumns({ mark: 'bar' }, ['a', 'b'])).toEqual([{ column: 'a' }, { column: 'b' }]);
});
