import { describe, expect, it } from 'vitest';
import {
  DEFAULT_RETRY,
  mayRetryStatus,
  parseRetryAfter,
  retryDelay,
} from '../../../src/mlflow/retry.ts';

const NOW = Date.UTC(2026, 10, 1, 12);

describe('the delay before another try', () => {
  const delays = (random: number) =>
    Array.from({ length: 9 }, (_, n) => retryDelay(n, DEFAULT_RETRY, undefined, NOW, () => random));

  it('is none, then doubles from two seconds, up to two minutes, as in the Python client', () => {
    expect(delays(0)).toEqual([0, 2, 4, 8, 16, 32, 64, 120, 120].map((s) => s * 1000));
  });

  it('has up to the jitter on top', () => {
    expect(delays(0.5).slice(0, 3)).toEqual([500, 2500, 4500]);
  });

  it('is what the server asks for, unless that is switched off', () => {
    const ask = (respectRetryAfter: boolean) =>
      retryDelay(3, { ...DEFAULT_RETRY, respectRetryAfter }, '17', NOW, () => 0);
    expect([ask(true), ask(false)]).toEqual([17_000, 8_000]);
  });
});

it.each([
  ['30', 30_000],
  [' 1.5 ', 1500],
  ['0', 0],
  [new Date(NOW + 90_000).toUTCString(), 90_000],
  [new Date(NOW - 90_000).toUTCString(), 0],
  ['soon', undefined],
  ['', undefined],
  [undefined, undefined],
])('reads Retry-After %j as %s ms', (header, expected) => {
  expect(parseRetryAfter(header, NOW)).toBe(expected);
});

describe('the codes worth another try', () => {
  it.each([408, 429, 502, 503, 504])('%i: always', (status) => {
    expect([0, 1, 2, 8].map((attempt) => mayRetryStatus(status, attempt))).toEqual(
      Array.from({ length: 4 }, () => true),
    );
  });
  it('500: twice, since MLflow answers it to mistakes too', () => {
    expect([0, 1, 2, 8].map((n) => mayRetryStatus(500, n))).toEqual([true, true, false, false]);
  });
  it.each([400, 401, 403, 404, 501])('%i: never', (status) => {
    expect(mayRetryStatus(status, 0)).toBe(false);
  });
});
