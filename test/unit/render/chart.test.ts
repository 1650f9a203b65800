import { describe, expect, it } from 'vitest';
import type { Value } from '../../../src/engine/engine.ts';
import { ChartRenderer, escapeXml } from '../../../src/render/chart.ts';
import { prepareVega } from '../../../src/render/draw.ts';
import { framePicture, toPng } from '../../../src/render/picture.ts';
import { PAGED, PALETTES } from '../../../src/render/theme.ts';
import { NASTY } from '../../support/fixture-mirror.ts';

prepareVega();
const renderer = new ChartRenderer();
const size = { width: 500, height: 240 };
const columns = [
  { name: 'day', type: 'timestamp' as const },
  { name: 'status', type: 'string' as const },
  { name: 'runs', type: 'int64' as const },
];
const day = BigInt(Date.UTC(2026, 10, 1));
const rows: Value[][] = [
  [day, 'FAILED', 3n],
  [day + 86_400_000n, 'FINISHED', 5n],
];
const bars = {
  mark: 'bar',
  encoding: {
    x: { field: 'day', type: 'temporal', timeUnit: 'utcyearmonthdate' },
    y: { field: 'runs', type: 'quantitative' },
    color: { field: 'status', type: 'nominal' },
  },
};
const names = {
  mark: 'text',
  encoding: { y: { field: 'status', type: 'nominal' }, text: { field: 'status', type: 'nominal' } },
};
const input = { spec: bars, columns, rows, palette: PALETTES.light, alt: 'Runs', ...size };

describe('svg', () => {
  it('has the size asked for, a name, and each status in its colour', async () => {
    const svg = await renderer.svg(input);
    expect(svg).toMatch(/^<svg role="img" aria-label="Runs" /);
    expect(svg).toContain('width="500" height="240"');
    expect(svg).toContain(PALETTES.light.status['FAILED']);
    expect(svg).toContain(PALETTES.light.status['FINISHED']);
    expect(svg).not.toContain(PALETTES.light.status['KILLED']);
    expect(svg).not.toContain('KILLED');
  });

  it('has each label of an axis under its value, at the ends too', async () => {
    const x = { field: 'runs', type: 'quantitative', scale: { domain: [0, 8] } };
    const svg = await renderer.svg({ ...input, spec: { mark: 'point', encoding: { x } } });
    const [, labels = ''] = /role-axis-label(.*?)<\/g>/.exec(svg) ?? [];
    const places = [...labels.matchAll(/text-anchor="(\w+)" transform="translate\(([\d.]+)/g)];
    const [first = 0, second = 0] = places.map(([, , at]) => Number(at));
    expect(places.map(([, anchor]) => anchor)).toEqual(places.map(() => 'middle'));
    expect(places.map(([, , at]) => Math.round(Number(at)))).toEqual(
      places.map((_, no) => Math.round(first + no * (second - first))),
    );
    expect(places.length).toBeGreaterThan(3);
  });

  it('lets the page mix the colours of its own ramp, in marks and legend', async () => {
    const color = { field: 'runs', type: 'quantitative' };
    const spec = { ...bars, encoding: { ...bars.encoding, color } };
    const svg = await renderer.svg({ ...input, palette: PAGED, spec });
    const paged = [...svg.matchAll(/(?:fill|stop-color)="([^"]+)"/g)].map(([, fill]) => fill);
    expect(paged).toContain('color-mix(in srgb, var(--ramp2) 0%, var(--ramp1))');
    expect(paged).toContain('color-mix(in srgb, var(--ramp5) 100%, var(--ramp4))');
    expect(paged.filter((it) => it?.includes('rgb('))).toEqual([]);
  });

  it('has no legend of one entry, unless a click there chooses or its title says something', async () => {
    const failed = { ...input, rows: rows.slice(0, 1) };
    const color = { ...bars.encoding.color, legend: { title: 'How it ended' } };
    const own = { ...bars, encoding: { ...bars.encoding, color } };
    expect(await renderer.svg(input)).toContain('>FAILED</text>');
    expect(await renderer.svg(failed)).not.toContain('FAILED');
    expect(await renderer.svg(failed)).toContain(PALETTES.light.status['FAILED']);
    expect(await renderer.svg({ ...failed, select: ['status'] })).toContain('>FAILED</text>');
    expect(await renderer.svg({ ...failed, spec: own })).toContain('>FAILED</text>');
  });

  it.each([324, 500, 800])('keeps the names of a legend in a width of %d', async (width) => {
    const color = { field: 'name', type: 'nominal' };
    const spec = { ...bars, encoding: { ...bars.encoding, color } };
    const named = Array.from({ length: 8 }, (_, at): Value[] => [
      day,
      `a-very-long-name-of-experiment-${at}`,
      1n,
    ]);
    const called = columns.map((it) => (it.name === 'status' ? { ...it, name: 'name' } : it));
    const svg = await renderer.svg({ ...input, spec, columns: called, rows: named, width });
    const [, legend] = /role-legend".*?d="M0,0h(\d+)v/s.exec(svg) ?? [];
    expect(svg.match(/>a-very-long/g)).toHaveLength(8);
    expect(Number(legend)).toBeLessThan(width - 30);
  });

  it('leaves colours to the page, without inline styles that its policy forbids', async () => {
    const svg = await renderer.svg({ ...input, palette: PAGED });
    expect(svg).toContain('var(--status-failed)');
    expect(svg).not.toMatch(/ style=|<style|#[0-9a-f]{6}/);
  });

  it('keeps names inert', async () => {
    const nasty: Value[][] = [[day, NASTY, 1n]];
    const svg = await renderer.svg({ ...input, spec: names, rows: nasty, alt: NASTY });
    expect(svg).toContain('&lt;img');
    expect(svg).not.toContain('<img');
    expect(svg).not.toContain('</script');
  });

  it('draws NaN as a gap and does not fail on it', async () => {
    const values = [{ name: 'value', type: 'double' as const }];
    const spec = { mark: 'tick', encoding: { x: { field: 'value', type: 'quantitative' } } };
    const some: Value[][] = [[Number.NaN], [1], [Infinity], [2]];
    const svg = await renderer.svg({ ...input, spec, columns: values, rows: some });
    expect(svg).not.toContain('NaN');
  });

  it.each([
    ['/runs/1?source=a', 'xlink:href="/runs/1?source=a"'],
    ['javascript:alert(1)', 'xlink:href="#"'],
    ['//evil.example', 'xlink:href="#"'],
    [undefined, 'xlink:href="#"'],
  ])('links to %s', async (link, expected) => {
    const encoding = { ...bars.encoding, href: { field: 'href', type: 'nominal' } };
    const svg = await renderer.svg({ ...input, spec: { ...bars, encoding }, href: () => link });
    expect(svg).toContain(expected);
    expect(svg).not.toContain('alert');
  });

  it('draws no links where there are none', async () => {
    const encoding = { ...bars.encoding, href: { field: 'href', type: 'nominal' } };
    expect(await renderer.svg({ ...input, spec: { ...bars, encoding } })).not.toContain('href=');
  });

  it('lets a spec load nothing', async () => {
    const lookup = {
      transform: [
        {
          lookup: 'runs',
          from: { data: { url: 'http://127.0.0.1:9/x.json' }, key: 'a', fields: ['b'] },
        },
      ],
      ...bars,
    };
    const svg = await renderer.svg({ ...input, spec: lookup });
    expect(svg).toContain('<svg');
  });

  it('says what is wrong with a spec', async () => {
    const wrong = renderer.svg({ ...input, spec: { mark: 'nonsense', encoding: {} } });
    await expect(wrong).rejects.toMatchObject({ code: 'BAD_DASHBOARD' });
  });
});

it('draws the text of a picture, in any script', async () => {
  const stamp = { dataVersion: 7, asOf: Date.UTC(2026, 10, 20) };
  const frame = { ...size, stamp, alt: '', subtitle: '', palette: PALETTES.light };
  const png = async (title: string) =>
    toPng(framePicture(await renderer.svg(input), { ...frame, title }));
  const [none, some, nasty] = [await png(''), await png('Runs by status'), await png(NASTY)];
  expect(Buffer.from(some).subarray(1, 4).toString()).toBe('PNG');
  expect(some.byteLength).toBeGreaterThan(none.byteLength + 500);
  expect(nasty.byteLength).toBeGreaterThan(none.byteLength);
});

it('names fonts to fall back on, in charts and around them', async () => {
  const stamp = { dataVersion: 7, asOf: null };
  const frame = { ...size, stamp, alt: 'a', subtitle: '', palette: PALETTES.light, title: 'a' };
  const svg = framePicture(await renderer.svg(input), frame);
  const fonts = [...svg.matchAll(/font-family="([^"]+)"/g)].map(([, names]) => names);
  expect(fonts.length).toBeGreaterThan(5);
  expect(new Set(fonts)).toEqual(new Set(['Inter, system-ui, sans-serif']));
});

it('says as of when a picture is (invariant 8)', () => {
  const stamp = { dataVersion: 7, asOf: Date.UTC(2026, 10, 20) };
  const framed = framePicture('<svg/>', {
    ...size,
    stamp,
    title: NASTY,
    alt: 'bars',
    subtitle: '',
    palette: PALETTES.dark,
  });
  expect(framed).toContain('as of 2026-11-20 00:00 UTC · data version 7');
  expect(framed).not.toContain('<img');
  expect(framed).toContain('role="img" aria-label="bars"');
});

it('escapes text for XML, and drops what XML cannot hold', () => {
  expect(escapeXml('a<b>&"c"\u0000\u0008')).toBe('a&lt;b&gt;&amp;&quot;c&quot;');
});

/** Relative luminance contrast, as WCAG defines it. */
function contrast(a: string, b: string): number {
  const light = (hex: string): number => {
    const [r = 0, g = 0, blue = 0] = [1, 3, 5].map((at) => {
      const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * blue;
  };
  const [high, low] = [light(a), light(b)].sort((x, y) => y - x);
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05);
}

describe.each(['light', 'dark'] as const)('%s palette', (scheme) => {
  const { background, text, muted, good, bad, category, status } = PALETTES[scheme];
  it.each([text, muted, good, bad])('%s can be read as text', (colour) => {
    expect(contrast(colour, background)).toBeGreaterThanOrEqual(4.5);
  });
  it.each([...category, ...Object.values(status)])('%s can be seen as a mark', (colour) => {
    expect(contrast(colour, background)).toBeGreaterThanOrEqual(3);
  });
});
