import type { Mistake } from '../dashboards/check-panel.ts';
import { nearest } from '../dashboards/nearest.ts';
import type { ChartSpec } from '../dashboards/dashboard.ts';
import { unknownFields } from './check-fields.ts';
import { parseVega } from './draw.ts';
import { toVega } from './spec.ts';
import { PALETTES } from './theme.ts';

/** What a panel puts in whatever the spec says. */
const GIVEN = ['data', 'width', 'height', 'autosize'];

const MARKS: ReadonlySet<string> = new Set(
  (
    'arc area bar boxplot circle errorband errorbar geoshape image line point rect rule square ' +
    'text tick trail'
  ).split(' '),
);

const SIZE = { width: 600, height: 280 };

/**
 * What is wrong with an author's spec: it does not compile, the compiler mends it, or it draws from
 * a field that the rows do not have. Paths begin at the spec.
 */
export function chartMistakes(
  spec: ChartSpec,
  { columns, linked }: { columns: readonly string[]; linked: boolean },
): Mistake[] {
  const mistakes: Mistake[] = [...overridden(spec), ...unknownMarks(spec)];
  const mistake = (path: PropertyKey[], code: string, message: string): Mistake => ({
    severity: 'error',
    path,
    code,
    message,
  });
  // The panel's link is a field of each row.
  const fields = linked ? [...columns, 'href'] : columns;
  for (const { path, field, known } of unknownFields(spec, fields)) {
    const message = `the rows have no field ${field}${nearest(field, known)}`;
    mistakes.push(mistake(path, 'unknown-field', message));
  }
  // The compiler's own words for what is known already would only confuse.
  if (mistakes.some((it) => it.code === 'chart-compile')) return mistakes;
  try {
    const palette = PALETTES.light;
    const warn = (message: string): void => {
      mistakes.push({ severity: 'warning', path: [], code: 'chart-warning', message });
    };
    parseVega(toVega(spec, { ...SIZE, palette, statuses: [], linked, warn }));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    mistakes.push(mistake([], 'chart-compile', message));
  }
  return mistakes;
}

function overridden(spec: ChartSpec): Mistake[] {
  return GIVEN.filter((key) => key in spec).map((key) => ({
    severity: 'warning',
    path: [key],
    code: 'chart-overridden',
    message: `the panel gives the ${key}; what the spec says is not used`,
  }));
}

/** Vega-Lite fails on a mark it does not know without saying which. */
function unknownMarks(node: unknown, path: PropertyKey[] = []): Mistake[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]: [string, unknown]) => {
    const inner = [...path, key];
    if (key !== 'mark') {
      const nested = /^(layer|concat|hconcat|vconcat|spec|\d+)$/.test(key);
      return nested ? unknownMarks(value, inner) : [];
    }
    const type: unknown =
      typeof value === 'object' && value !== null && 'type' in value ? value.type : value;
    if (typeof type === 'string' && MARKS.has(type)) return [];
    const name = typeof type === 'string' ? type : JSON.stringify(type);
    const message = `there is no mark ${name}${nearest(name, [...MARKS])}`;
    return [{ severity: 'error', path: inner, code: 'chart-compile', message }];
  });
}
