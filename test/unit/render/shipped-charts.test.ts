import { describe, expect, it } from 'vitest';
import { openDashboards } from '../../../src/dashboards/load.ts';
import type { ChosenValues } from '../../../src/dashboards/chart-params.ts';
import type { Column, Value } from '../../../src/engine/engine.ts';
import { packagePath } from '../../../src/paths.ts';
import { ChartRenderer } from '../../../src/render/chart.ts';
import { prepareVega } from '../../../src/render/draw.ts';
import { PALETTES } from '../../../src/render/theme.ts';

prepareVega();
const renderer = new ChartRenderer();
const dashboards = await openDashboards([packagePath('dashboards')]);
const DAY = 86_400_000;
const FIRST = Date.UTC(2026, 10, 2);
const dayNo = (at: number): bigint => BigInt(FIRST + at * DAY);

async function draw(path: string, columns: Column[], rows: Value[][], values: ChosenValues = {}) {
  const [id = '', panelId] = path.split('/');
  const panel = dashboards.get(id)?.panels.find((it) => it.id === panelId);
  if (panel?.kind !== 'chart') throw new Error(`no chart ${path}`);
  const looks = { palette: PALETTES.light, alt: panel.alt, width: 560, height: 420 };
  const svg = await renderer.svg({ spec: panel.spec, columns, rows, values, ...looks });
  return { svg, texts: [...svg.matchAll(/>([^<>]+)<\/text>/g)].map(([, text]) => text ?? '') };
}

const numbers = (texts: string[]): number[] => texts.map(Number).filter((it) => !Number.isNaN(it));

describe('the daily median and its spread', () => {
  const columns: Column[] = [
    { name: 'day', type: 'timestamp' },
    { name: 'direction', type: 'string' },
    ...['median', 'p10', 'p90'].map((name) => ({ name, type: 'double' as const })),
    { name: 'runs', type: 'int64' },
  ];
  type Spread = [p10: number | null, median: number | null, p90: number | null];
  /** Twenty days from 0.9 to 0.94, a quarter below 0.91 and a quarter above 0.93, and these. */
  const days = (others: Spread[], direction = 'maximize'): Value[][] => {
    const sign = direction === 'minimize' ? -1 : 1;
    const usual = Array.from({ length: 20 }, (_, at): Spread => {
      const middle = 0.9 + (at % 5) / 100;
      return [middle - 0.04, middle, middle + 0.04];
    });
    return [...usual, ...others].map((it, at) => {
      const [p10, median, p90] = it.map((value) => (value === null ? null : sign * value));
      const [low, high] = sign > 0 ? [p10, p90] : [p90, p10];
      return [dayNo(at), direction, median ?? null, low ?? null, high ?? null, 9n];
    });
  };
  const daily = (rows: Value[][], values?: ChosenValues) =>
    draw('metric-trends/daily', columns, rows, values);

  const bad: Spread[] = [
    [0.05, 0.1, 0.2],
    [0.1, 0.91, 0.95],
  ];

  it('keeps days far worse than most at the edge, says how many, and shows all when asked', async () => {
    const { texts, svg } = await daily(days(bad));
    expect(texts.filter((it) => it.includes('reach'))).toEqual([
      '2 days reach below 0.85 (Scale: All values)',
    ]);
    expect(Math.min(...numbers(texts))).toBeGreaterThan(0.7);
    expect(svg).not.toContain('NaN');
    const all = await daily(days(bad), { scale: 'all' });
    expect(all.texts.filter((it) => it.includes('reach'))).toEqual([]);
    expect(Math.min(...numbers(all.texts))).toBeLessThan(0.1);
  });

  it('takes the other side where less is better', async () => {
    const { texts } = await daily(days(bad.slice(1), 'minimize'));
    expect(texts.filter((it) => it.includes('reach'))).toEqual([
      '1 day reaches above −0.85 (Scale: All values)',
    ]);
  });

  it('cuts neither good days nor what is usual', async () => {
    const good = await daily(days([[2, 2.5, 3]]));
    // The spread of more than a quarter of all days.
    const wide = Array.from({ length: 10 }, (): Spread => [0.2, 0.92, 0.95]);
    const usual = await daily(days(wide));
    expect([...good.texts, ...usual.texts].filter((it) => it.includes('reach'))).toEqual([]);
    expect(Math.max(...numbers(good.texts))).toBeGreaterThan(2.5);
    expect(Math.min(...numbers(usual.texts))).toBeLessThan(0.3);
  });

  it('counts a day whose spread has no end, and has a gap for one without a number', async () => {
    const { texts } = await daily(days([...bad, [null, null, null], [null, 0.1, 0.2]]));
    expect(texts.filter((it) => it.startsWith('3 days reach below'))).toHaveLength(1);
    expect(Math.min(...numbers(texts))).toBeGreaterThan(0.7);
  });

  it('shows the spread of a day alone', async () => {
    const { svg } = await daily(days([]).slice(0, 1));
    const [, area = ''] =
      /class="mark-area[^>]*><path [^>]*d="([^"]+)"[^>]*stroke="#/.exec(svg) ?? [];
    const heights = [...area.matchAll(/,([\d.]+)/g)].map(([, it]) => Number(it));
    expect(Math.max(...heights) - Math.min(...heights)).toBeGreaterThan(100);
  });
});

it.each([
  [(at: number) => at * 1e-13, ['0', '2e-13', '4e-13', '6e-13', '8e-13']],
  [(at: number) => at * 1e9, ['0', '2e+9', '4e+9', '6e+9', '8e+9']],
  [(at: number) => at * 1e6, ['0', '2,000,000', '4,000,000', '6,000,000', '8,000,000']],
])('writes the numbers of an axis so that they can be read: %#', async (value, expected) => {
  const columns: Column[] = [
    { name: 'started_at', type: 'timestamp' },
    { name: 'direction', type: 'string' },
    { name: 'value', type: 'double' },
  ];
  const rows = Array.from({ length: 9 }, (_, at): Value[] => [dayNo(at), 'maximize', value(at)]);
  const { texts } = await draw('metric-trends/trend', columns, rows);
  expect(texts.filter((it) => !/[A-Z]/.test(it))).toEqual(expected);
});

describe('metrics without a finite value', () => {
  const none = (names: string[]): [Column[], Value[][]] => {
    const doubles = names.map((name) => ({ name, type: 'double' as const }));
    const columns: Column[] = [
      { name: 'day', type: 'timestamp' },
      { name: 'started_at', type: 'timestamp' },
      { name: 'direction', type: 'string' },
      ...doubles,
    ];
    const row = (at: number) => [dayNo(at), dayNo(at), 'maximize', ...names.map(() => null)];
    return [columns, [row(0), row(1)]];
  };

  it.each([
    ['metric-trends/trend', ['value', 'best']],
    ['metric-trends/daily', ['median', 'p10', 'p90']],
  ])('say so in %s, where there is nothing else to draw', async (path, names) => {
    const [columns, rows] = none(names);
    const note = 'No finite value to draw';
    expect((await draw(path, columns, rows)).texts).toContain(note);
    const one = rows.map((row) => row.map((it) => it ?? 0.5));
    expect((await draw(path, columns, one)).texts).not.toContain(note);
  });
});

describe('the total of all runs', () => {
  const columns: Column[] = [
    { name: 'day', type: 'timestamp' },
    { name: 'runs', type: 'int64' },
  ];
  const total = (count: number) =>
    draw(
      'overview/total',
      columns,
      Array.from({ length: count }, (_, at) => [dayNo(at), 4n]),
    );
  /** How far the line goes to the right, and the days that are named. */
  const line = async (count: number) => {
    const { svg, texts } = await total(count);
    const [, path = ''] = /class="mark-line[^>]*><path [^>]*d="([^"]+)"/.exec(svg) ?? [];
    const xs = [...path.matchAll(/[ML]([\d.]+),/g)].map(([, x]) => Number(x));
    return { length: Math.max(...xs) - Math.min(...xs), texts };
  };

  it('holds to the end of the last day, were it the only one', async () => {
    const { length, texts } = await line(1);
    expect(length).toBeGreaterThan(400);
    expect(texts).toContain('Nov 2');
    expect(texts).toContain('Nov 3');
  });

  it('names days, no hours', async () => {
    const { texts } = await line(2);
    expect(texts.filter((it) => it.includes(':'))).toEqual([]);
  });
});

describe('the weeks of a user', () => {
  const columns: Column[] = [
    { name: 'week', type: 'timestamp' },
    { name: 'runs', type: 'int64' },
    { name: 'failed', type: 'int64' },
  ];
  /** The names below as many weeks, of which the last begins on 2 November 2026. */
  const names = async (count: number) => {
    const rows = Array.from({ length: count }, (_, at) => [dayNo(7 * (at + 1 - count)), 5n, 1n]);
    const { texts } = await draw('users/weeks', columns, rows);
    return texts.filter((it) => /^[A-Z]/.test(it));
  };

  it.each([
    [1, ['Nov 2']],
    [4, ['Oct 12', 'Oct 19', 'Oct 26', 'Nov 2']],
    [13, ['Aug 10', 'Sep 7', 'Oct 5', 'Nov 2']],
    [110, ['Sep 2024', 'Mar 2025', 'Sep 2025', 'Mar 2026', 'Sep 2026']],
  ])('begin on Mondays, as the bars do: of %d weeks', async (count, expected) => {
    expect(await names(count)).toEqual(expected);
  });
});

it('names the days of a week of syncs alike', async () => {
  const columns: Column[] = [
    { name: 'started_at', type: 'timestamp' },
    { name: 'mode', type: 'string' },
    { name: 'seconds', type: 'double' },
  ];
  const rows = Array.from({ length: 7 }, (_, at): Value[] => [dayNo(at + 3), 'incremental', 0.5]);
  const { texts } = await draw('freshness/pace', columns, rows);
  const days = texts.filter((it) => /[A-Z]/.test(it));
  expect(days.length).toBeGreaterThan(2);
  expect(days.filter((it) => !/^Nov \d+$/.test(it))).toEqual([]);
});
