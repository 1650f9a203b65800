import { expect, it } from 'vitest';
import { prepareVega } from '../../../src/render/draw.ts';
import { toVega } from '../../../src/render/spec.ts';
import { PALETTES } from '../../../src/render/theme.ts';

prepareVega();

it('measures the names of an axis once, not for each of thousands', () => {
  const x = { field: 'name', type: 'nominal' };
  const look = { palette: PALETTES.light, statuses: [], linked: false };
  const size = { width: 324, height: 280 };
  const { axes, signals } = toVega({ mark: 'bar', encoding: { x } }, { ...look, ...size });
  expect(JSON.stringify(signals)).toContain("widest(domain('x'))");
  expect(JSON.stringify(axes)).toContain('flat_of_bottom_x');
  expect(JSON.stringify(axes)).not.toContain('domain(');
});
