import type { Spec } from 'vega';
import { isJson } from '../json.ts';

/** The scales of a chart whose axis or legend names values of these columns. */
export function clickableScales(spec: unknown, columns: readonly string[]): Record<string, string> {
  if (Array.isArray(spec))
    return Object.assign({}, ...spec.map((it) => clickableScales(it, columns))) as Record<
      string,
      string
    >;
  if (!isJson(spec)) return {};
  const { encoding, ...rest } = spec;
  const own = Object.entries(isJson(encoding) ? encoding : {}).flatMap(
    ([channel, definition]): [string, string][] => {
      if (!isJson(definition)) return [];
      const { field, type } = definition;
      const named = type === 'nominal' || type === 'ordinal';
      return named && typeof field === 'string' && columns.includes(field)
        ? [[channel, field]]
        : [];
    },
  );
  const inner = Object.values(rest).map((it) => clickableScales(it, columns));
  return Object.assign({}, ...inner, Object.fromEntries(own)) as Record<string, string>;
}

const POINTER = { interactive: true, update: { cursor: { value: 'pointer' } } };

/** Lets the pointer reach what names a value: labels of axes, symbols and labels of legends. */
export function makeClickable(vega: Spec, scales: Readonly<Record<string, string>>): Spec {
  const axes = vega.axes?.map((it) =>
    it.scale in scales && it.labels !== false ? withEncode(it, ['labels']) : it,
  );
  const legends = vega.legends?.map((it) => {
    const named = [it.fill, it.stroke, it.shape, it.size].some(
      (scale) => scale !== undefined && scale in scales,
    );
    return named ? withEncode(it, ['labels', 'symbols', 'entries']) : it;
  });
  return {
    ...vega,
    ...(axes === undefined ? {} : { axes }),
    ...(legends === undefined ? {} : { legends }),
  };
}

function withEncode<T extends { encode?: object }>(guide: T, parts: string[]): T {
  const encode = (guide.encode ?? {}) as Record<string, { update?: object } | undefined>;
  const added = parts.map((part) => {
    // Between a symbol and its label there is nothing to hit without a fill.
    const fill = part === 'entries' ? { fill: { value: 'transparent' } } : {};
    const update = { ...encode[part]?.update, ...POINTER.update, ...fill };
    return [part, { ...encode[part], ...POINTER, update }];
  });
  return { ...guide, encode: { ...encode, ...Object.fromEntries(added) } };
}
