import type { Axis, Data, GroupMark, Mark, Scale, Spec } from 'vega';
import type { AnnotationMarks, Mark as TimeMark } from '../dashboards/annotations.ts';
import type { Column, Value } from '../engine/engine.ts';
import { formatTime } from './format.ts';
import { FONTS, type Palette } from './theme.ts';

/** One mark as Vega draws it. */
export interface AnnotationDatum {
  /** Which mark of which annotation it is. */
  marked: string;
  time: number;
  end: number | null;
  label: string;
  color: string;
  /** How far behind the end of the axis it may lie: a chart by days draws a day at its midnight. */
  slack: number;
  tooltip: Readonly<Record<string, string>>;
}

/** A drawing inside a chart: the chart itself, or one of those it puts side by side. */
type Scope = Pick<Spec, 'data' | 'scales' | 'axes' | 'marks'>;
type Channel = 'x' | 'y';

/** The data set of all that is marked; its rows are given to the view, as those of the panel are. */
export const MARKED = 'marked';

/**
 * A compiled chart with lines and bands over each of its axes of time, and their labels beside it.
 * They are added behind the compiler, so that they never stretch an axis: what lies outside of the
 * rows' own time is not drawn. Undefined when the chart has no such axis.
 */
export function annotate(spec: Spec): Spec | undefined {
  const times = new Set(timeScales(spec).map((it) => it.name));
  let drawn = false;
  const inside = (scope: Scope): Scope => {
    const marks = scope.marks?.map((mark) =>
      mark.type === 'group' && isCell(mark) ? { ...mark, ...inside(mark) } : mark,
    );
    const own = { ...scope, ...(marks === undefined ? {} : { marks }) };
    return (['x', 'y'] as const).reduce<Scope>((all, channel) => {
      const scale = usedScale(scope.marks ?? [], channel, times);
      if (scale === undefined) return all;
      drawn = true;
      return mark(all, scale, channel);
    }, own);
  };
  const whole = { ...spec, ...inside(spec) };
  // Before those that are derived from it.
  const data: Data[] = [{ name: MARKED, values: [] }, ...(whole.data ?? [])];
  return drawn ? { ...whole, data } : undefined;
}

interface MarkedChart {
  palette: Palette;
  columns: readonly Column[];
  rows: readonly Value[][];
}

const DAY = 86_400_000;

/** Whether each row stands for whole days. */
function isByDay(columns: readonly Column[], rows: readonly Value[][]): boolean {
  const times = columns.flatMap(({ type }, at) => (type === 'timestamp' ? [at] : []));
  return rows.every((row) => times.every((at) => Number(row[at] ?? 0) % DAY === 0));
}

/** Marks as rows of their data set, by time. */
export function annotationRows(
  annotations: readonly AnnotationMarks[],
  { palette, columns, rows }: MarkedChart,
): AnnotationDatum[] {
  const slack = isByDay(columns, rows) ? DAY : 0;
  return annotations
    .flatMap(({ id, title, color, marks }) =>
      marks.map(({ time, end, label }, no) => ({
        marked: keyOf(id, no),
        time,
        end: end ?? null,
        label,
        color: palette[color],
        slack,
        tooltip: { [title]: label, ...spanWords({ time, end }) },
      })),
    )
    .sort((a, b) => a.time - b.time);
}

const spanWords = ({ time, end }: Pick<TimeMark, 'time' | 'end'>): Record<string, string> =>
  end === undefined ? { At: formatTime(time) } : { From: formatTime(time), Until: formatTime(end) };

/** Annotations with those of their marks that a chart drew: one may lie outside of its time. */
export function drawnMarks(
  annotations: readonly AnnotationMarks[],
  drawn: ReadonlySet<unknown>,
): AnnotationMarks[] {
  const keys = new Set([...drawn].map((it) => (it as Partial<AnnotationDatum>).marked));
  return annotations.map((it) => ({
    ...it,
    marks: it.marks.filter((_, no) => keys.has(keyOf(it.id, no))),
  }));
}

const keyOf = (id: string, no: number): string => `${id} ${no}`;

/** What is marked, in words: for who does not see it. */
export function describeAnnotations(annotations: readonly AnnotationMarks[]): string {
  return annotations
    .filter((it) => it.marks.length > 0)
    .map(({ title, marks }) => {
      const named = marks.map(({ label, time, end }) => {
        const day = (ms: number): string => formatTime(ms).slice(0, 10);
        return `${label} ${day(time)}${end === undefined ? '' : ` to ${day(end)}`}`;
      });
      return ` Marked: ${title} ${named.slice(-MAX_SAID).join(', ')}.`;
    })
    .join('');
}

/** A name that is read aloud has an end; the table beside the chart has all. */
const MAX_SAID = 10;

const isCell = (mark: GroupMark): boolean => mark.style === 'cell';

function timeScales(scope: { scales?: Scale[]; marks?: Mark[] }): Scale[] {
  const own = (scope.scales ?? []).filter((it) => it.type === 'utc' || it.type === 'time');
  return [
    ...own,
    ...(scope.marks ?? []).flatMap((it) => (it.type === 'group' ? timeScales(it) : [])),
  ];
}

type Place = { scale?: unknown; signal?: string } | undefined;

/** The scale of time that places marks along a channel; lines of many colours are grouped. */
function usedScale(
  marks: readonly Mark[],
  channel: Channel,
  times: ReadonlySet<string>,
): string | undefined {
  for (const mark of marks) {
    if (mark.type === 'group') {
      const found = isCell(mark) ? undefined : usedScale(mark.marks ?? [], channel, times);
      if (found !== undefined) return found;
      continue;
    }
    const update: Readonly<Record<string, unknown>> = mark.encode?.update ?? {};
    // Bars may be placed by their middle, or by a sum of both ends.
    const places = [update[channel], update[`${channel}c`]].flat() as Place[];
    for (const it of places) {
      const scale = it?.scale ?? /^scale\("([^"]+)"/.exec(it?.signal ?? '')?.[1];
      if (typeof scale === 'string' && times.has(scale)) return scale;
    }
  }
  return undefined;
}

/** Puts bands below what the chart draws, lines above it, and the labels on the far side. */
function mark(scope: Scope, scale: string, channel: Channel): Scope {
  const data = `${MARKED}_${scale.replaceAll(/\W/g, '_')}`;
  const length = channel === 'x' ? 'height' : 'width';
  const across = channel === 'x' ? 'y' : 'x';
  const drawn = { from: { data }, clip: true, aria: false };
  const place = {
    [channel]: { scale, field: 'first' },
    [across]: { value: 0 },
    [`${across}2`]: { field: { group: length } },
  };
  const line = (width: string) => ({
    ...place,
    stroke: { field: 'color' },
    strokeWidth: { signal: `isValid(datum.end) ? 0 : ${width}` },
  });
  const band = {
    ...place,
    [`${channel}2`]: { scale, field: 'last' },
    fill: { field: 'color' },
    fillOpacity: { signal: 'isValid(datum.end) ? 0.12 : 0' },
    tooltip: { field: 'tooltip' },
  };
  // Wide enough for a pointer to find, and below the chart's own marks, which come first.
  const near = { ...line('9'), strokeOpacity: { value: 0 }, tooltip: { field: 'tooltip' } };
  const seen = { ...line('1'), strokeDash: { value: [4, 3] } };
  return {
    ...scope,
    data: [...(scope.data ?? []), within(data, scale)],
    axes: [...(scope.axes ?? []), labels(data, scale, channel)],
    marks: [
      { ...drawn, type: 'rect', encode: { update: band } },
      { ...drawn, type: 'rule', encode: { update: near } },
      ...(scope.marks ?? []),
      { ...drawn, type: 'rule', interactive: false, encode: { update: seen } },
    ],
  };
}

/** What lies inside of the axis as it stands, zoomed or not; a band is cut to it. */
function within(name: string, scale: string): Data {
  const [from, to] = [0, 1].map((end) => `time(domain('${scale}')[${end}])`);
  const end = '(isValid(datum.end) ? datum.end : datum.time)';
  return {
    name,
    source: MARKED,
    transform: [
      { type: 'filter', expr: `${end} >= ${from} && datum.time <= ${to} + datum.slack` },
      { type: 'formula', as: 'first', expr: `clamp(datum.time, ${from}, ${to})` },
      { type: 'formula', as: 'last', expr: `min(${end}, ${to})` },
      { type: 'formula', as: 'middle', expr: '(datum.first + datum.last) / 2' },
    ],
  };
}

/** An axis makes room for its labels, and leaves out those that would lie on others. */
function labels(data: string, scale: string, channel: Channel): Axis {
  const values = `pluck(data('${data}'), 'middle')`;
  const own = `data('${data}')[indexof(${values}, datum.value)]`;
  return {
    scale,
    orient: channel === 'x' ? 'top' : 'right',
    values: { signal: values },
    domain: false,
    ticks: false,
    grid: false,
    aria: false,
    labelFont: FONTS,
    labelFontSize: 10,
    labelPadding: 3,
    labelLimit: 110,
    labelOverlap: 'greedy',
    labelSeparation: 6,
    labelFlush: 30,
    zindex: 1,
    encode: {
      labels: {
        interactive: true,
        update: {
          text: { signal: `${own}.label` },
          fill: { signal: `${own}.color` },
          tooltip: { signal: `${own}.tooltip` },
        },
      },
    },
  };
}
