import { expect, it } from 'vitest';
import { nameOf } from '../../../src/web/read-view.ts';

it('calls a run by its id where its name shows nothing', () => {
  expect(nameOf({ run_id: 'a', run_name: 'first' })).toBe('first');
  for (const run_name of [null, '', ' \n']) expect(nameOf({ run_id: 'a', run_name })).toBe('a');
});
