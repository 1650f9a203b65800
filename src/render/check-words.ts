import { createRequire } from 'node:module';
import type { Mistake } from '../dashboards/check-panel.ts';
import type { ChartSpec } from '../dashboards/dashboard.ts';
import { JsonSchema, type Forms } from '../dashboards/json-schema.ts';
import { nearest } from '../nearest.ts';
import { isThemeColor, THEME_COLORS } from './spec.ts';

let vegaLite: JsonSchema | undefined;

/** Read on first use: only a check needs it. */
function schema(): JsonSchema {
  const require = createRequire(import.meta.url);
  vegaLite ??= new JsonSchema(
    require('vega-lite/vega-lite-schema.json') as Record<string, unknown>,
  );
  return vegaLite;
}

/**
 * Keys and words that Vega-Lite knows nowhere at their place, whatever form is meant there: it drops
 * most of them without a word, and the chart lacks what they were to say. Warnings, since Vega's own
 * schema is not right everywhere, but for words without which other figures or none are drawn; where
 * the chart does not compile, they are why.
 */
export function unknownWords(spec: ChartSpec): Mistake[] {
  const known = schema();
  const visit = (value: unknown, forms: Forms, path: PropertyKey[]): Mistake[] => {
    if (typeof value === 'string') return wordMistakes(value, known.words(forms), path);
    if (Array.isArray(value)) {
      return value.flatMap((it: unknown, at) => visit(it, known.step(forms, at), [...path, at]));
    }
    if (typeof value !== 'object' || value === null) return [];
    const keys = known.keys(forms);
    return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
      const at = [...path, key];
      if (keys === undefined || keys.includes(key)) return visit(inner, known.step(forms, key), at);
      const free = keys.filter((it) => !(it in value));
      return [mistake(at, `Vega-Lite has no ${key} here${nearest(key, free)}`)];
    });
  };
  return visit(spec, known.forms, []);
}

function wordMistakes(word: string, known: string[] | undefined, path: PropertyKey[]): Mistake[] {
  const keys = path.filter((it) => typeof it === 'string');
  const [above, key = ''] = [keys.at(-2), keys.at(-1)];
  const [, color] = /^@([a-z]+(?:\.\w+)?)$/.exec(word) ?? [];
  if (color !== undefined) {
    if (isThemeColor(word) || !/color|fill|stroke|background|range|value/i.test(key)) return [];
    return [
      mistake(path, `the theme has no colour ${color}${nearest(color, THEME_COLORS)}`, 'error'),
    ];
  }
  if (known === undefined || known.includes(word) || INTERVALS.test(key)) return [];
  // A scheme may say how many of its colours are meant.
  if (key === 'scheme' && known.includes(word.replace(/-\d+$/, ''))) return [];
  const name = key === 'type' && above === 'mark' ? 'mark' : key;
  const severity = FIGURES.test(key) && !UNITS.test(word) ? 'error' : 'warning';
  return [mistake(path, `there is no ${name} ${word}${nearest(word, known)}`, severity)];
}

/** Vega draws nothing of an unknown scheme or operation, and of `yearmonht` the year it begins with. */
const FIGURES = /^(scheme|timeUnit|unit|aggregate|op)$/;

/** The schema lists the usual ones; Vega takes others that are put together of the same. */
const UNITS =
  /^(binned)?(utc)?(year|quarter|month|week|dayofyear|day|date|hours|minutes|milliseconds|seconds)+$/;

/** The schema says `hour`, and Vega reads `hours`. */
const INTERVALS = /^(nice|interval|tickCount)$/;

const mistake = (
  path: PropertyKey[],
  message: string,
  severity: Mistake['severity'] = 'warning',
) => ({
  severity,
  path,
  code: 'chart-word',
  message,
});
