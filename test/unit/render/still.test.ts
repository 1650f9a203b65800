import { expect, it } from 'vitest';
import { stillSpec } from '../../../src/render/still.ts';

const line = { mark: 'line' };
const onHover = {
  params: [{ name: 'near', select: { type: 'point', on: 'pointerover' } }],
  mark: 'point',
  encoding: { opacity: { condition: { param: 'near', empty: false, value: 1 }, value: 0 } },
};

it('leaves out what only a pointer brings to sight', () => {
  const spec = { layer: [line, onHover] };
  expect(stillSpec(spec)).toEqual({ layer: [line] });
  expect(spec.layer).toHaveLength(2);
});

it.each([
  ['without layers', line],
  ['of layers that are all seen', { layer: [line, { mark: 'area' }] }],
  ['with nothing else', { layer: [onHover] }],
  [
    'whose other layer is drawn by the same selection',
    { layer: [{ mark: 'rule', encoding: { size: { condition: { param: 'near' } } } }, onHover] },
  ],
])('keeps a spec %s', (_, spec) => {
  expect(stillSpec(spec)).toBe(spec);
});
