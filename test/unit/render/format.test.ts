import { describe, expect, it } from 'vitest';
import {
  commonDecimals,
  formatHours,
  formatNumber,
  formatValue,
} from '../../../src/render/format.ts';
import { jsonRows } from '../../../src/render/json.ts';
import { textWidth } from '../../../src/render/text-width.ts';

describe('formatNumber', () => {
  it.each([
    [0.123456789, undefined, '0.1235'],
    [1234567, undefined, '1,234,567'],
    [1234.5678, undefined, '1,234.6'],
    [0.00001234, undefined, '1.234e-5'],
    [Number.NaN, undefined, 'NaN'],
    [-Infinity, undefined, '−∞'],
    [-0, undefined, '−0'],
    [0.8113, '.1%', '81.1%'],
    [950, ',~s', '950'],
    [2_345_678, ',~s', '2.35M'],
    [24.6493, ',~s', '24.6'],
    [0.01234, ',~s', '0.0123'],
    [8151.23, ',~s', '8,151'],
    [32_018.5, ',~s', '32k'],
  ])('%d as %s is %s', (value, format, text) => {
    expect(formatNumber(value, format)).toBe(text);
  });
});

it.each([
  [
    [0.9944, 0.95, 0.987, 0],
    ['0.9944', '0.9500', '0.9870', '0'],
  ],
  [
    [284.75, 1, -0.5],
    ['284.75', '1.00', '−0.50'],
  ],
  // Rounded to what is known, never beyond; large and tiny ones as they are alone.
  [
    [0.12345678, 123.456789, 1_234_567, 1e-7],
    ['0.1235', '123.46', '1,234,567', '1e-7'],
  ],
  [
    [12, 1_000_000],
    ['12', '1,000,000'],
  ],
])('puts the points of %j in line', (values, texts) => {
  const decimals = commonDecimals([...values, null, Number.NaN]);
  expect(values.map((it) => formatNumber(it, undefined, decimals))).toEqual(texts);
});

it.each([
  ['.5~g', [0.98519, 0.9195, 12, 1e-7, -0.5], ['0.98519', '0.91950', '12.000', '1e-7', '−0.50000']],
  ['.5~g', [3, 12], ['3', '12']],
  [',.1f', [8.7652, 1012], ['8.8', '1,012.0']],
  ['.1~%', [0.125, 0.25], ['12.5%', '25%']],
  // Those below zero have no plus to be told from.
  ['+.4~f', [0.1234, -0.5], ['+0.1234', '−0.5000']],
])('puts the points of what %s trims in line', (format, values, texts) => {
  const decimals = commonDecimals(values, format);
  expect(values.map((it) => formatNumber(it, format, decimals))).toEqual(texts);
});

it('keeps int64 exact, and times in UTC', () => {
  for (const format of [undefined, ',']) {
    const text = formatValue(9_007_199_254_740_993n, { type: 'int64', format });
    expect(text).toBe('9,007,199,254,740,993');
  }
  const time = BigInt(Date.UTC(2026, 10, 20, 15, 30));
  expect(formatValue(time, { type: 'timestamp' })).toBe('2026-11-20 15:30 UTC');
  expect(formatValue(time, { type: 'timestamp', format: 'date' })).toBe('2026-11-20');
  expect(formatValue(10n ** 18n, { type: 'timestamp' })).toBe('1000000000000000000 ms');
});

it('writes rows as JSON without loss (invariant 5)', () => {
  const columns = [
    { name: 'id', type: 'int64' as const },
    { name: 'value', type: 'double' as const },
    { name: 'at', type: 'timestamp' as const },
    { name: '</script>', type: 'string' as const },
  ];
  const text = jsonRows(columns, [
    [9_007_199_254_740_993n, Number.NaN, 0n, 'a"b'],
    [null, -0, 10n ** 18n, ''],
    [1n, -Infinity, null, null],
  ]);
  expect(text).toContain('"id":9007199254740993,"value":"NaN","at":"1970-01-01T00:00:00.000Z"');
  expect(text).toContain('"value":-0.0,"at":1000000000000000000');
  expect(Object.is((JSON.parse(text) as { value: number }[])[1]?.value, -0)).toBe(true);
  expect(text).toContain('"value":"-Infinity","at":null');
});

it('measures text as the typeface has it', () => {
  expect(textWidth('iiii')).toBeLessThan(textWidth('MMMM') / 2);
  expect(textWidth('Runs', { fontSize: 20 })).toBeCloseTo(2 * textWidth('Runs', { fontSize: 10 }));
  expect(textWidth('名前', { fontSize: 10 })).toBe(20);
  expect(textWidth('')).toBe(0);
});

it('says hours in the units that fit', () => {
  expect([0, 0.01, 0.1, 0.5, 1, 1.34, 30, 864.4, -1].map((it) => formatHours(it))).toEqual([
    '0 s',
    '36 s',
    '6 min',
    '30 min',
    '1 h',
    '1 h 20 min',
    '1 d 6 h',
    '36 d',
    '−1 h',
  ]);
});
