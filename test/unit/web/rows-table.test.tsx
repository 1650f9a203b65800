import { expect, it } from 'vitest';
import type { PanelRows } from '../../../src/dashboards/rows.ts';
import { pageText } from '../../../src/web/page-text.ts';
import { RowsTable } from '../../../src/web/rows-table.tsx';

const rows: PanelRows = {
  columns: [{ name: 'value', type: 'double', description: '' }],
  rows: [[0.123456789], [-1234.5], [0.25], [Number.NaN], [null]],
  truncated: false,
  previous: undefined,
};

/** The text of each cell, with what stands on hover. */
const cells = async (format?: string): Promise<string[]> => {
  const column = { column: 'value', ...(format === undefined ? {} : { format }) };
  const html = await pageText(<RowsTable label="Rows" rows={rows} columns={[column]} />);
  return [...html.matchAll(/<td class="number">(.*?)<\/td>/g)].map(([, it = '']) => it);
};

it('has all digits of a rounded number on hover', async () => {
  const rounded = '<span title="0.123456789">0.1235</span>';
  expect(await cells()).toEqual([rounded, '−1,234.5', '0.2500', 'NaN', '']);
  expect((await cells('.3~g'))[0]).toBe('<span title="0.123456789">0.123</span>');
  expect((await cells('.1%'))[0]).toBe('12.3%');
});
