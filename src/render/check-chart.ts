import type { Mistake } from '../dashboards/check-panel.ts';
import { nearest } from '../nearest.ts';
import type { ChartSpec } from '../dashboards/dashboard.ts';
import { unknownFields } from './check-fields.ts';
import { formatMistakes } from './check-formats.ts';
import { parseVega } from './draw.ts';
import { unknownWords } from './check-words.ts';
import { toVega } from './spec.ts';
import { PALETTES } from './theme.ts';

/** What a panel puts in whatever the spec says. */
const GIVEN = ['data', 'width', 'height', 'autosize'];

const SIZE = { width: 600, height: 280 };

/**
 * What is wrong with an author's spec: it does not compile, the compiler mends it, it has a format
 * that is none, or it draws from a field that the rows do not have. Paths begin at the spec.
 */
export function chartMistakes(
  spec: ChartSpec,
  { columns, linked }: { columns: readonly string[]; linked: boolean },
): Mistake[] {
  const mistakes: Mistake[] = [...overridden(spec), ...formatMistakes(spec)];
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
  const words = unknownWords(spec);
  const compiled = compileMistakes(spec, linked);
  // The compiler's own words for what is known already would only confuse.
  if (words.length === 0) return [...mistakes, ...compiled];
  const fatal = compiled.some((it) => it.severity === 'error');
  return [...mistakes, ...words.map((it) => (fatal ? { ...it, severity: 'error' as const } : it))];
}

function compileMistakes(spec: ChartSpec, linked: boolean): Mistake[] {
  const mistakes: Mistake[] = [];
  const palette = PALETTES.light;
  const warn = (message: string): void => {
    mistakes.push({ severity: 'warning', path: [], code: 'chart-warning', message });
  };
  try {
    parseVega(toVega(spec, { ...SIZE, palette, statuses: [], linked, warn }));
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    // The compiler gives the whole spec back, with what was put in.
    const message = said.replace(/Invalid specification \{.*/s, 'it has no mark, and no parts');
    mistakes.push({ severity: 'error', path: [], code: 'chart-compile', message });
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
