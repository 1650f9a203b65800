import { describe, expect, it } from 'vitest';
import { describeRange, parseRange, previousSpan } from '../../../src/dashboards/daterange.ts';

const NOW = Date.UTC(2026, 10, 20, 15, 30);
const utc = (text: string): number => Date.parse(`${text}Z`);

describe('parseRange', () => {
  it.each([
    ['today', '2026-11-20T00:00', '2026-11-21T00:00'],
    ['last_7d', '2026-11-14T00:00', '2026-11-21T00:00'],
    ['last_2w', '2026-11-07T00:00', '2026-11-21T00:00'],
    ['last_24h', '2026-11-19T16:00', '2026-11-20T16:00'],
    ['last_1m', '2026-10-21T00:00', '2026-11-21T00:00'],
    ['last_1y', '2025-11-21T00:00', '2026-11-21T00:00'],
    ['2026-01-01..2026-01-31', '2026-01-01T00:00', '2026-02-01T00:00'],
  ])('%s runs from %s to before %s', (text, from, to) => {
    expect(parseRange(text, NOW)).toEqual({ from: utc(from), to: utc(to) });
  });

  it('begins with the last day of a month that has no such day', () => {
    const noon = (day: string): number => utc(`${day}T12:00`);
    expect(parseRange('last_1m', noon('2026-03-30'))?.from).toBe(utc('2026-02-28T00:00'));
    expect(parseRange('last_3m', noon('2026-05-30'))?.from).toBe(utc('2026-02-28T00:00'));
    expect(parseRange('last_1y', noon('2028-02-28'))?.from).toBe(utc('2027-02-28T00:00'));
  });

  it('leaves both ends of `all` open', () => {
    expect(parseRange('all', NOW)).toEqual({ from: null, to: null });
  });

  it.each([
    '',
    'last_0d',
    'last_7',
    'yesterday',
    '2026-02-30..2026-03-01',
    '2026-02-02..2026-02-01',
  ])('refuses %j', (text) => {
    expect(parseRange(text, NOW)).toBeUndefined();
  });
});

it('puts the period before right in front of one', () => {
  const span = { from: utc('2026-11-14T00:00'), to: utc('2026-11-21T00:00') };
  expect(previousSpan(span)).toEqual({ from: utc('2026-11-07T00:00'), to: span.from });
  expect(previousSpan({ from: null, to: null })).toBeUndefined();
});

it('says ranges in words', () => {
  const ranges = ['all', 'last_1y', 'last_90d', '2026-01-01..2026-01-31', '2026-01-01..2026-01-01'];
  expect(ranges.map(describeRange)).toEqual([
    'all time',
    'last year',
    'last 90 days',
    '2026-01-01 to 2026-01-31',
    '2026-01-01',
  ]);
});
