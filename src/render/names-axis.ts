import type { Axis, Mark, Scale, Spec } from 'vega';
import { nameLimit } from './theme.ts';

type Scope = Pick<Spec, 'axes' | 'marks' | 'scales'>;

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
  const inside = <S extends Scope>(scope: S): S => ({
    ...scope,
    ...(scope.axes && { axes: scope.axes.map((it) => (names.has(it.scale) ? fit(it, room) : it)) }),
    ...(scope.marks && {
      marks: scope.marks.map((it) => (it.type === 'group' ? inside(it) : it)),
    }),
  });
  return inside(spec);
}

const nameScales = (scope: { scales?: Scale[]; marks?: Mark[] }): string[] => [
  ...(scope.scales ?? [])
    .filter((it) => it.type === 'band' || it.type === 'point')
    .map((it) => it.name),
  ...(scope.marks ?? []).flatMap((it) => (it.type === 'group' ? nameScales(it) : [])),
];

function fit(axis: Axis, { width, height }: Room): Axis {
  const { scale, orient, labels, labelAngle = 0, format, labelOverlap = 'greedy' } = axis;
  if (labels === false) return axis;
  const close = { ...axis, labelOverlap, labelSeparation: axis.labelSeparation ?? 1 };
  if (orient !== 'bottom' && orient !== 'top') {
    return withWhole(close, limitOf(axis, nameLimit(width)));
  }
  const upright = limitOf(axis, Math.round(0.4 * height));
  const step = `(span(range('${scale}')) / max(1, length(domain('${scale}'))))`;
  if (labelAngle !== 0 && labelAngle !== 270) {
    // The boxes of slanted names overlap long before the names do.
    const thinned = { signal: `${step} < 18 ? 'greedy' : false` };
    const labelLimit = { signal: upright };
    return withWhole({ ...close, labelOverlap: axis.labelOverlap ?? thinned, labelLimit }, upright);
  }
  // What a format makes of values is not known here.
  const widest = format === undefined ? `widest(domain('${scale}'))` : 'Infinity';
  const flat = `(${step} - 6 >= ${widest})`;
  const limit = `(${flat} ? ${step} - 4 : ${upright})`;
  const [above, below] = orient === 'top' ? ['bottom', 'left'] : ['top', 'right'];
  return withWhole(
    {
      ...close,
      labelAngle: { signal: `${flat} ? 0 : 270` },
      labelAlign: { signal: `${flat} ? 'center' : '${below}'` },
      labelBaseline: { signal: `${flat} ? '${above}' : 'middle'` },
      labelLimit: { signal: limit },
    },
    limit,
  );
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
