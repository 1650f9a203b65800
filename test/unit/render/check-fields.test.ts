import { expect, it } from 'vitest';
import { unknownFields } from '../../../src/render/check-fields.ts';

const COLUMNS = ['day', 'runs', 'status'];
const x = (field: string) => ({ encoding: { x: { field } } });

/** The fields a spec should not name, each with its place. */
const unknown = (spec: Record<string, unknown>) =>
  unknownFields(spec, COLUMNS).map(({ path, field }) => `${path.join('.')} ${field}`);

it.each([
  ['columns', x('runs')],
  ['calculate', { transform: [{ calculate: 'datum.runs * 2', as: 'twice' }], ...x('twice') }],
  ['bin', { transform: [{ bin: true, field: 'runs', as: ['from', 'to'] }], ...x('to') }],
  ['timeUnit', { transform: [{ timeUnit: 'year', field: 'day', as: 'year' }], ...x('year') }],
  ['window', { transform: [{ window: [{ op: 'sum', field: 'runs', as: 'all' }] }], ...x('all') }],
  ['joinaggregate', { transform: [{ joinaggregate: [{ op: 'count', as: 'n' }] }], ...x('n') }],
  ['fold', { transform: [{ fold: ['runs', 'day'] }], ...x('value') }],
  ['stack', { transform: [{ stack: 'runs', groupby: ['day'], as: ['a', 'b'] }], ...x('b') }],
  ['density', { transform: [{ density: 'runs', groupby: ['status'] }], ...x('density') }],
  ['regression', { transform: [{ regression: 'runs', on: 'day' }], ...x('day') }],
  ['pivot', { transform: [{ pivot: 'status', value: 'runs' }], ...x('FAILED') }],
  ['impute', { transform: [{ impute: 'runs', key: 'day', value: 0 }], ...x('runs') }],
  [
    'repeat',
    { repeat: ['runs'], spec: x('runs'), encoding: { y: { field: { repeat: 'repeat' } } } },
  ],
  ['data of its own', { layer: [{ data: { values: [{ at: 1 }] }, ...x('at') }] }],
  [
    'a layer for the encoding above',
    {
      ...x('twice'),
      layer: [{ transform: [{ calculate: '1', as: 'twice' }], mark: 'bar' }],
    },
  ],
  ['text that only looks like it', { transform: [{ filter: "datum.status == 'datum.gone'" }] }],
])('knows what %s gives', (_, spec) => {
  expect(unknown(spec)).toEqual([]);
});

it.each([
  [x('gone'), ['encoding.x.field gone']],
  [
    { encoding: { tooltip: [{ field: 'day' }, { field: 'gone' }] } },
    ['encoding.tooltip.1.field gone'],
  ],
  [{ encoding: { x: { field: 'day', sort: { field: 'gone' } } } }, ['encoding.x.sort.field gone']],
  [
    { encoding: { color: { condition: { test: { field: 'gone', equal: 1 } } } } },
    ['encoding.color.condition.test.field gone'],
  ],
  [{ transform: [{ filter: "datum['gone'] > datum.runs" }] }, ['transform.0.filter gone']],
  [{ transform: [{ filter: { field: 'gone', gt: 1 } }] }, ['transform.0.filter.field gone']],
  [
    { transform: [{ filter: { and: [{ field: 'gone', gt: 1 }, 'datum.lost'] } }] },
    ['transform.0.filter.and.0.field gone', 'transform.0.filter.and.1 lost'],
  ],
  [
    {
      transform: [{ aggregate: [{ op: 'sum', field: 'runs', as: 'n' }], groupby: ['day'] }],
      ...x('status'),
    },
    ['encoding.x.field status'],
  ],
  [
    { transform: [{ aggregate: [{ op: 'sum', field: 'gone', as: 'n' }], groupby: ['lost'] }] },
    ['transform.0.groupby lost', 'transform.0.aggregate.0.field gone'],
  ],
  [{ transform: [{ fold: ['runs', 'gone'] }] }, ['transform.0.fold gone']],
  [
    {
      transform: [
        { calculate: 'datum.late', as: 'a' },
        { calculate: '1', as: 'late' },
      ],
    },
    ['transform.0.calculate late'],
  ],
  [{ layer: [x('day'), x('gone')] }, ['layer.1.encoding.x.field gone']],
  [{ hconcat: [{ layer: [x('gone')] }] }, ['hconcat.0.layer.0.encoding.x.field gone']],
  [
    { facet: { field: 'gone' }, spec: x('lost') },
    ['facet.field gone', 'spec.encoding.x.field lost'],
  ],
  [
    { params: [{ name: 'pick', select: { type: 'point', fields: ['gone'] } }] },
    ['params.0.select.fields.0 gone'],
  ],
])('finds in %j what nothing gives', (spec, fields) => {
  expect(unknown(spec)).toEqual(fields);
});
