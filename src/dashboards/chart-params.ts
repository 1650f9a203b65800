import type { Json } from '../json.ts';
import type { ChartSpec } from './dashboard.ts';

/** What is chosen for the parameters of a dashboard, by name. */
export type ChosenValues = Readonly<Record<string, string | number | readonly string[]>>;

/** The parameters of a spec that hold a value; others select, or compute. */
function variables({ params }: ChartSpec): (Json & { name: string })[] {
  const named = (it: Json): it is Json & { name: string } =>
    typeof it['name'] === 'string' && 'value' in it && !('select' in it);
  return Array.isArray(params) ? (params as Json[]).filter(named) : [];
}

export const variableNames = (spec: ChartSpec): string[] => variables(spec).map((it) => it.name);

/** Those of the values that the spec has a parameter for. */
export function valuesFor(spec: ChartSpec, values: ChosenValues): ChosenValues {
  const names = variableNames(spec);
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name)));
}

/** The spec with these values in the place of its own. */
export function withValues(spec: ChartSpec, values: ChosenValues): ChartSpec {
  const { params } = spec;
  if (!Array.isArray(params) || Object.keys(values).length === 0) return spec;
  const filled = (params as Json[]).map((it) => {
    const value = values[String(it['name'])];
    return value === undefined ? it : { ...it, value };
  });
  return { ...spec, params: filled };
}
