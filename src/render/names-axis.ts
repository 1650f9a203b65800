import type { Axis, Mark, NewSignal, Scale, Spec } from 'vega';
import { nameLimit } from './theme.ts';

type Scope = Pick<Spec, 'axes' | 'marks' | 'scales' | 'signals'>;

interface Room {
  width: number;
  height: number;
}

/**
 * A compiled chart whose axes of names keep them off one another, however long and many they are:
 * along the bottom they lie flat where the longest has room, and stand upright otherwise, cut to a
 * part of the height; where even that is too close, some are left out. A name that was cut is
 * whole on hover.
 */
export function roomForNames(spec: Spec, room: Room): Spec {
  const names = new Set(nameScales(spec));
  const inside = <S extends Scope>(scope: S): S => {
    const { axes = [], marks = [], signals = [] } = scope;
    const fitted = axes.map((it) => (names.has(it.scale) ? fit(it, room) : { axis: it }));
    const asked = fitted.flatMap((it) => it.signals ?? []);
    return {
      ...scope,
      ...(asked.length > 0 && { signals: [...signals, ...asked] }),
      ...(axes.length > 0 && { axes: fitted.map((it) => it.axis) }),
      ...(marks.length > 0 && {
        marks: marks.map((it) => (it.type === 'group' ? inside(it) : it)),
      }),
    };
  };
  return inside(spec);
}

const nameScales = (scope: { scales?: Scale[]; marks?: Mark[] }): string[] => [
  ...(scope.scales ?? [])
    .filter((it) => it.type === 'band' || it.type === 'point')
    .map((it) => it.name),
  ...(scope.marks ?? []).flatMap((it) => (it.type === 'group' ? nameScales(it) : [])),
];

interface Fitted {
  axis: Axis;
  /** Worked out once, not for each of the labels. */
  signals?: NewSignal[];
}

function fit(axis: Axis, { width, height }: Room): Fitted {
  const { scale, orient, labels, labelAngle = 0, format, labelOverlap = 'greedy' } = axis;
  if (labels === false) return { axis };
  const close = { ...axis, labelOverlap, labelSeparation: axis.labelSeparation ?? 1 };
  if (orient !== 'bottom' && orient !== 'top') {
    return { axis: withWhole(close, limitOf(axis, nameLimit(width))) };
  }
  const upright = limitOf(axis, Math.round(0.4 * height));
  const named = (what: string): string => `${what}_of_${orient}_${scale.replaceAll(/\W/g, '_')}`;
  const [step, flat, limit] = [named('step'), named('flat'), named('limit')];
  const stepSignal = {
    name: step,
    update: `span(range('${scale}')) / max(1, length(domain('${scale}')))`,
  };
  if (labelAngle !== 0 && labelAngle !== 270) {
    // The boxes of slanted names overlap long before the names do.
    const thinned = { signal: `${step} < 18 ? 'greedy' : false` };
    const labelLimit = { signal: upright };
    const slanted = { ...close, labelOverlap: axis.labelOverlap ?? thinned, labelLimit };
    return { axis: withWhole(slanted, upright), signals: [stepSignal] };
  }
  // What a format makes of values is not known here.
  const widest = format === undefined ? `widest(domain('${scale}'))` : 'Infinity';
  const [above, below] = orient === 'top' ? ['bottom', 'left'] : ['top', 'right'];
  const turned = {
    ...close,
    labelAngle: { signal: `${flat} ? 0 : 270` },
    labelAlign: { signal: `${flat} ? 'center' : '${below}'` },
    labelBaseline: { signal: `${flat} ? '${above}' : 'middle'` },
    labelLimit: { signal: limit },
  };
  return {
    axis: withWhole(turned, limit),
    signals: [
      stepSignal,
      { name: flat, update: `${step} - 6 >= ${widest}` },
      { name: limit, update: `${flat} ? ${step} - 4 : ${upright}` },
    ],
  };
}

/** An author's own limit as an expression, or another. */
function limitOf({ labelLimit }: Axis, otherwise: number): string {
  if (typeof labelLimit !== 'object') return String(labelLimit ?? otherwise);
  return 'signal' in labelLimit ? `(${labelLimit.signal})` : String(otherwise);
}

/** Shows the whole name on hover where the axis has not the room for it. */
function withWhole(axis: Axis, limit: string): Axis {
  const { labels = {}, ...encode } = axis.encode ?? {};
  const tooltip = { signal: `widest([datum.label]) > ${limit} ? datum.label : null` };
  const update = { ...labels.update, tooltip };
  return { ...axis, encode: { ...encode, labels: { ...labels, interactive: true, update } } };
}
