import { describe, expect, it } from 'vitest';
import type { AnnotationMarks } from '../../../src/dashboards/annotations.ts';
import type { Value } from '../../../src/engine/engine.ts';
import { ChartRenderer, escapeXml, type ChartInput } from '../../../src/render/chart.ts';
import { prepareVega } from '../../../src/render/draw.ts';
import { PALETTES } from '../../../src/render/theme.ts';

prepareVega();
const renderer = new ChartRenderer();
const DAY = 86_400_000;
const FIRST = Date.UTC(2026, 8, 1);
const columns = [
  { name: 'day', type: 'timestamp' as const },
  { name: 'runs', type: 'int64' as const },
  { name: 'kind', type: 'string' as const },
];
const rows = Array.from({ length: 60 }, (_, no): Value[] => [
  BigInt(FIRST + no * DAY),
  BigInt(no % 7),
  no % 2 === 0 ? 'even' : 'odd',
]);
const encoding = {
  x: { field: 'day', type: 'temporal' },
  y: { field: 'runs', type: 'quantitative' },
};
const releases: AnnotationMarks = {
  id: 'release',
  title: 'Release',
  color: 'good',
  limit: 50,
  truncated: false,
  error: undefined,
  marks: [
    { time: FIRST - 30 * DAY, end: undefined, label: 'long ago' },
    { time: FIRST + 20 * DAY, end: undefined, label: 'v2 <b>' },
  ],
};
const outages: AnnotationMarks = {
  ...releases,
  id: 'outage',
  title: 'Outage',
  color: 'bad',
  marks: [
    { time: FIRST - 5 * DAY, end: FIRST + 4 * DAY, label: 'broken table' },
    { time: FIRST - 9 * DAY, end: FIRST - 8 * DAY, label: 'gone by then' },
  ],
};
const chart = (more: Partial<ChartInput> = {}): ChartInput => ({
  spec: { mark: 'line', encoding },
  columns,
  rows,
  palette: PALETTES.light,
  alt: 'Runs by day.',
  width: 500,
  height: 240,
  annotations: [releases],
  ...more,
});
const count = (text: string, part: string): number => text.split(part).length - 1;
const dashes = (svg: string): number => count(svg, 'stroke-dasharray="4,3"');

it('draws a line and its label over the rows’ own time, which it does not stretch', async () => {
  const [plain, marked] = [
    await renderer.svg(chart({ annotations: [] })),
    await renderer.svg(chart()),
  ];
  expect(dashes(marked)).toBe(1);
  expect(marked).toContain('>v2 &lt;b&gt;</text>');
  expect(marked).not.toContain('>long ago<');
  expect(dashes(plain)).toBe(0);
  const months = (svg: string) => [...svg.matchAll(/>([A-Z][a-z]{2} \d\d)</g)].map(([, it]) => it);
  expect(months(marked).length).toBeGreaterThan(2);
  expect(months(marked)).toEqual(months(plain));
});

it('marks the last day of a chart by days at its edge', async () => {
  const last = FIRST + 59 * DAY;
  const at = (time: number) => ({ ...releases, marks: [{ time, end: undefined, label: 'today' }] });
  const drawn = async (time: number, more: Value[][] = []): Promise<number> =>
    dashes(await renderer.svg(chart({ annotations: [at(time)], rows: [...rows, ...more] })));
  expect(await drawn(last + DAY / 2)).toBe(1);
  expect(await drawn(last + 2 * DAY)).toBe(0);
  expect(await drawn(last + DAY / 2, [[BigInt(FIRST + DAY / 4), 1n, 'even']])).toBe(0);
});

it('draws a span as a band that is cut to the axis', async () => {
  const svg = await renderer.svg(chart({ annotations: [outages] }));
  expect(count(svg, 'fill-opacity="0.12"')).toBe(1);
  expect(svg).toContain('>broken table</text>');
  expect(svg).not.toContain('gone by then</text>');
  const [, width = ''] = /<path [^>]*d="M0,0h([\d.]+)v[^>]*fill-opacity="0.12"/.exec(svg) ?? [];
  expect(Number(width)).toBeGreaterThan(20);
  expect(Number(width)).toBeLessThan(50);
});

it('gives each its colour of the theme', async () => {
  const svg = await renderer.svg(chart({ annotations: [releases, outages] }));
  expect(svg).toMatch(new RegExp(`fill="${PALETTES.light.bad}"[^>]*>broken table`));
  expect(svg).toMatch(new RegExp(`fill="${PALETTES.light.good}"[^>]*>v2`));
});

it.each<[string, ChartInput['spec'], number]>([
  [
    'bars',
    { mark: 'bar', encoding: { ...encoding, x: { field: 'day', timeUnit: 'utcyearmonthdate' } } },
    1,
  ],
  ['bars by their middle', { mark: 'bar', encoding }, 1],
  [
    'bars with room between them',
    {
      mark: { type: 'bar', width: { band: 0.9 } },
      encoding: { ...encoding, x: { ...encoding.x, timeUnit: 'binnedutcyearmonthdate' } },
    },
    1,
  ],
  [
    'lines of two colours',
    { mark: 'line', encoding: { ...encoding, color: { field: 'kind' } } },
    1,
  ],
  ['layers', { encoding, layer: [{ mark: 'area' }, { mark: 'line' }] }, 1],
  ['time upwards', { mark: 'point', encoding: { y: encoding.x, x: encoding.y } }, 1],
  ['two side by side', { mark: 'line', encoding: { ...encoding, facet: { field: 'kind' } } }, 2],
  [
    'one above another',
    {
      vconcat: [
        { mark: 'line', encoding },
        { mark: 'bar', encoding: { y: encoding.y } },
      ],
    },
    1,
  ],
])('marks %s', async (_, spec, drawn) => {
  const svg = await renderer.svg(chart({ spec }));
  expect(dashes(svg)).toBe(drawn);
  expect(count(svg, '>v2 &lt;b&gt;</text>')).toBe(drawn);
});

describe('the words for who sees no chart', () => {
  it('name what is drawn, and nothing else', async () => {
    const drawing = await renderer.draw(chart({ annotations: [releases, outages] }));
    const alt =
      'Runs by day. Marked: Release v2 <b> 2026-09-21.' +
      ' Marked: Outage broken table 2026-08-27 to 2026-09-05.';
    expect(drawing.alt).toBe(alt);
    expect(drawing.svg).toContain(`aria-label="${alt.replaceAll(/[<>]/g, escapeXml)}"`);
    expect(drawing.annotations.map((it) => it.marks)).toEqual([
      releases.marks.slice(1),
      outages.marks.slice(0, 1),
    ]);
  });

  it('name what each of some charts side by side draws', async () => {
    const facet = { mark: 'line', encoding: { ...encoding, facet: { field: 'kind' } } };
    const { annotations } = await renderer.draw(chart({ spec: facet }));
    expect(annotations.map((it) => it.marks)).toEqual([releases.marks.slice(1)]);
  });

  it('are the chart’s own where it has no axis of time', async () => {
    const spec = { mark: 'bar', encoding: { x: { field: 'kind' }, y: { aggregate: 'count' } } };
    const { alt, annotations } = await renderer.draw(chart({ spec }));
    expect([alt, annotations.flatMap((it) => it.marks)]).toEqual(['Runs by day.', []]);
  });
});

it('hands a page’s script the marks with their tooltips, and none of another reading', () => {
  const marked = (annotations: AnnotationMarks[]) =>
    renderer.vega(chart({ annotations })).spec.data?.find((it) => it.name === 'marked');
  expect(marked([releases])).toMatchObject({
    values: [
      { label: 'long ago' },
      { label: 'v2 <b>', tooltip: { Release: 'v2 <b>', At: '2026-09-21 00:00 UTC' } },
    ],
  });
  expect(marked([outages])).toMatchObject({
    values: [{ tooltip: { Outage: 'gone by then' } }, {}],
  });
});
