import type { ChartSpec } from '../dashboards/dashboard.ts';
import type { Json } from '../json.ts';

/**
 * A spec without the layers that only a pointer brings to sight (an opacity of 0, save for what is
 * selected): a picture would hold their marks, one a row, and never show one.
 */
export function stillSpec(spec: ChartSpec): ChartSpec {
  const layers = spec['layer'];
  if (!Array.isArray(layers)) return spec;
  const shown = (layers as Json[]).filter((layer) => {
    const others = JSON.stringify(layers.filter((it) => it !== layer));
    return !isHidden(layer) || namesOf(layer).some((name) => others.includes(`"${name}"`));
  });
  return shown.length === layers.length || shown.length === 0 ? spec : { ...spec, layer: shown };
}

function isHidden({ encoding }: Json): boolean {
  const opacity = (encoding as Json | undefined)?.['opacity'] as Json | undefined;
  return opacity?.['value'] === 0 && 'condition' in opacity;
}

const namesOf = ({ params }: Json): string[] =>
  Array.isArray(params) ? (params as Json[]).map(({ name }) => String(name)) : [];
