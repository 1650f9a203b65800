import type { Bindable, Reader } from '../engine/engine.ts';
import { RunlensError } from '../errors.ts';
import type { Condition } from '../queries/select.ts';
import type { Catalog } from '../queries/view.ts';
import type { ChosenValues } from './chart-params.ts';
import type { Dashboard } from './dashboard.ts';
import { describeRange, parseRange, previousSpan } from './daterange.ts';
import { headline } from './headline.ts';
import { readOptions, type Option } from './options.ts';
import { parseConditionKey, type Operator } from './expressions.ts';
import type { Param, Where } from './schema.ts';

/** What is chosen for one parameter. */
export interface Choice {
  name: string;
  label: string;
  param: Param;
  /** As the address holds it; none means no condition. */
  raw: string[];
  /** In words, for titles. */
  text: string;
  /** What one may choose from, when that is a list. */
  options: Option[];
  /** True when there are more options than the list holds. */
  cut: boolean;
  /** What the address asks for, or the dashboard begins with, and is not there to choose. */
  lost: string | undefined;
  /** Says so on a page, and what it shows instead. */
  notice: string | undefined;
}

export interface Choices {
  list: readonly Choice[];
  get(name: string): Choice | undefined;
  /** Puts `{name}` of a title into words. */
  fill(template: string): string;
  /** What charts are told, by parameter; `all` where there is no condition. */
  values(): ChosenValues;
  /** The address's query, every choice in it, in one order: also the key of caches. */
  query(): URLSearchParams;
  /** Conditions on a view's columns; with `previous`, of the period before. */
  conditions(where: Where, period?: 'current' | 'previous'): Condition[];
}

export interface ResolveOptions {
  dashboard: Dashboard;
  query: URLSearchParams;
  /** Names of the tracking servers in the mirror. */
  sources: readonly string[];
  catalog: Catalog;
  reader: Reader;
  /** Milliseconds since 1970 UTC; relative ranges count from here. */
  now: number;
  /** Whether all options are read, as a page needs them. Otherwise only those that are chosen, where that will do. */
  listed?: boolean;
}

/**
 * Reads the choices of an address against what the mirror holds.
 * @throws RunlensError BAD_REQUEST naming the parameter, for unknown names and values
 */
export async function resolveChoices(options: ResolveOptions): Promise<Choices> {
  const { dashboard, query, sources, now } = options;
  const params = Object.entries({ ...sourceParam(dashboard, sources), ...dashboard.params });
  for (const name of query.keys()) {
    if (name === 'source' || params.some(([known]) => known === name)) continue;
    const hint = `Parameters: ${params.map(([known]) => known).join(', ') || 'none'}.`;
    throw new RunlensError('BAD_REQUEST', `no parameter ${name}`, { field: name, hint });
  }
  const list: Choice[] = [];
  const choices = toChoices(list, now);
  for (const [name, param] of params) {
    list.push(await resolve(name, param, query.getAll(name), choices, options));
  }
  return choices;
}

/** Every dashboard can be narrowed to one tracking server, once there is more than one. */
function sourceParam(dashboard: Dashboard, sources: readonly string[]): Record<string, Param> {
  if (sources.length < 2 || 'source' in dashboard.params) return {};
  const all = dashboard.sources === 'all' ? [{ value: 'all', label: 'All servers' }] : [];
  return { source: { type: 'enum', label: 'Server', values: [...all, ...sources] } };
}

async function resolve(
  name: string,
  param: Param,
  given: string[],
  choices: Choices,
  options: ResolveOptions,
): Promise<Choice> {
  const label = param.label ?? headline(name);
  const base = { name, label, param, options: [], cut: false, lost: undefined, notice: undefined };
  const bad = (message: string, hint?: string): RunlensError =>
    new RunlensError('BAD_REQUEST', `${name}: ${message}`, {
      field: name,
      ...(hint === undefined ? {} : { hint }),
    });
  if (given.length > 1 && param.type !== 'multiselect') throw bad('given more than once');
  const [value] = given;
  switch (param.type) {
    case 'text': {
      const text = value ?? param.default;
      if (text.length > param.maxLength) throw bad(`longer than ${param.maxLength} characters`);
      return { ...base, raw: text === '' ? [] : [text], text };
    }
    case 'number': {
      const number = value === undefined || value === '' ? param.default : Number(value);
      const { min = -Infinity, max = Infinity } = param;
      if (!(number >= min && number <= max)) throw bad(`not a number ${limits(param)}`);
      return { ...base, raw: [String(number)], text: String(number) };
    }
    case 'daterange': {
      const range = value ?? param.default;
      if (parseRange(range, options.now) === undefined) {
        throw bad('not a period', 'Such as last_90d, all or 2026-01-01..2026-03-31.');
      }
      return { ...base, raw: [range], text: describeRange(range) };
    }
    case 'enum': {
      const values = param.values.map((it) =>
        typeof it === 'string' ? { value: it, label: it === 'all' ? 'All' : it } : it,
      );
      const chosen = value ?? param.default ?? values[0]?.value ?? '';
      const option = values.find((it) => it.value === chosen);
      if (option === undefined) {
        throw bad(
          `no value ${JSON.stringify(chosen)}`,
          `One of ${values.map((it) => it.value).join(', ')}.`,
        );
      }
      return {
        ...base,
        raw: chosen === 'all' ? [] : [chosen],
        text: option.label,
        options: values,
      };
    }
    case 'select':
    case 'multiselect': {
      const found = await findOptions(param, given, choices, options);
      const picked = pick(param, given, found, bad);
      // Titles name what there is nothing of yet.
      const text = isMissing({ ...picked, param }) ? label.toLowerCase() : picked.text;
      return { ...base, ...found, ...picked, text };
    }
  }
}

function limits({ min, max }: { min?: number | undefined; max?: number | undefined }): string {
  if (max === undefined) return min === undefined ? 'at all' : `from ${min} on`;
  return min === undefined ? `up to ${max}` : `from ${min} to ${max}`;
}

type ListParam = Extract<Param, { type: 'select' | 'multiselect' }>;

async function findOptions(
  param: ListParam,
  given: readonly string[],
  choices: Choices,
  { listed = true, catalog, reader }: ResolveOptions,
): Promise<Awaited<ReturnType<typeof readOptions>>> {
  const read = { catalog, reader };
  const only = given.filter((it) => it !== 'all' && it !== '');
  const chosen = [param.default ?? []].flat();
  if (!listed && only.length > 0) {
    const some = await readOptions(param.options, choices, { ...read, only });
    if (some.options.length === new Set(only).size) return some;
  }
  const all = allowsAll(param) && (given.length > 0 || chosen.every((it) => it === 'all'));
  if (!listed && only.length === 0 && all) return { options: [], cut: false, depends: false };
  return readOptions(param.options, choices, { ...read, wanted: [...given, ...chosen] });
}

function pick(
  param: ListParam,
  given: string[],
  { options, depends }: { options: Option[]; depends: boolean },
  bad: (message: string, hint?: string) => RunlensError,
): Pick<Choice, 'raw' | 'text' | 'lost' | 'notice'> {
  const labels = new Map(options.map((it) => [it.value, it.label]));
  const wanted = given.filter((it) => it !== 'all' && it !== '');
  // What a parameter above rules out is replaced; a value that was never there is a mistake.
  const unknown = wanted.filter((it) => !labels.has(it));
  const [first] = unknown;
  if (first !== undefined && !depends) {
    const meant = options.find((it) => it.label === first);
    const hint = meant
      ? `It is named by its value: ${JSON.stringify(meant.value)}.`
      : 'It may have been removed, or be of another server.';
    throw bad(`no option ${JSON.stringify(first)}`, hint);
  }
  const kept = wanted.filter((it) => !unknown.includes(it));
  const raw =
    kept.length > 0 || (given.length > 0 && first === undefined && allowsAll(param))
      ? kept
      : fallback(param, options);
  const text = raw.map((it) => labels.get(it) ?? it).join(', ');
  const lost = first ?? (given.length > 0 || depends ? undefined : lostDefault(param, options));
  const notice = lost === undefined ? undefined : `${lost} is not there; ${text || 'all'} instead.`;
  return { raw, text: text || 'all', lost, notice };
}

/** What a dashboard would begin with, if it were among what there is to choose from. */
function lostDefault(param: ListParam, options: readonly Option[]): string | undefined {
  if (options.length === 0) return undefined;
  return [param.default ?? []]
    .flat()
    .find((it) => it !== 'all' && options.every(({ value }) => value !== it));
}

/** Whether a parameter may be left without a condition. */
export function allowsAll(param: Param): boolean {
  if (param.type === 'select') return param.default === 'all';
  return param.type === 'multiselect';
}

/** Whether a choice has to be made and there is nothing to choose. */
export const isMissing = ({ raw, param }: Pick<Choice, 'raw' | 'param'>): boolean =>
  param.type === 'select' && raw.length === 0 && !allowsAll(param);

function fallback(param: ListParam, options: Option[]): string[] {
  const values = options.map((it) => it.value);
  if (param.type === 'multiselect') return param.default.filter((it) => values.includes(it));
  if (param.default === 'all') return [];
  if (param.default !== undefined && values.includes(param.default)) return [param.default];
  return values.slice(0, 1);
}

function toChoices(list: Choice[], now: number): Choices {
  const get = (name: string): Choice | undefined => list.find((it) => it.name === name);
  return {
    list,
    get,
    fill: (template) =>
      template.replaceAll(/\{(\w+)\}/g, (whole, name: string) => get(name)?.text ?? whole),
    values: () => Object.fromEntries(list.map((it) => [it.name, valueOf(it)])),
    query() {
      const query = new URLSearchParams();
      for (const { name, raw, param } of list) {
        for (const value of raw) query.append(name, value);
        const empty = raw.length === 0 && param.type !== 'text';
        if (empty) query.append(name, 'all');
      }
      return query;
    },
    conditions: (where, period = 'current') =>
      Object.entries(where).flatMap(([key, value]): Condition[] => {
        const { column, op } = parseConditionKey(key);
        const choice =
          typeof value === 'string' && value.startsWith('$') ? get(value.slice(1)) : undefined;
        if (choice !== undefined) return conditionsOf(column, op, choice, now, period);
        if (Array.isArray(value)) return listed(column, op, value);
        if (typeof value === 'string' && value.startsWith('$')) return [];
        return [{ column, op: op ?? '=', value }];
      }),
  };
}

function valueOf({ param, raw }: Choice): ChosenValues[string] {
  if (param.type === 'multiselect') return raw;
  const value = raw[0] ?? (param.type === 'text' ? '' : 'all');
  return param.type === 'number' ? Number(value) : value;
}

/** Any of some values; with another operator it holds for each, so that `!=` rules all of them out. */
function listed(
  column: string,
  op: Operator | undefined,
  values: readonly Bindable[],
): Condition[] {
  if (op === undefined || op === '=') return [{ column, op: 'in', value: values }];
  return values.map((value) => ({ column, op, value }));
}

function conditionsOf(
  column: string,
  op: Operator | undefined,
  { param, raw }: Choice,
  now: number,
  period: 'current' | 'previous',
): Condition[] {
  const [first] = raw;
  if (first === undefined) return [];
  if (param.type === 'number') return [{ column, op: op ?? '=', value: Number(first) }];
  if (param.type === 'text') return [{ column, op: op ?? 'contains', value: first }];
  if (param.type !== 'daterange') {
    // An engine sees through one value further than through a list of one.
    const one = raw.length === 1 && (op ?? '=') === '=';
    return one ? [{ column, op: '=', value: first }] : listed(column, op, raw);
  }
  const span = parseRange(first, now) ?? { from: null, to: null };
  const { from, to } = period === 'current' ? span : (previousSpan(span) ?? span);
  return [
    ...(from === null ? [] : [{ column, op: '>=' as const, value: new Date(from) }]),
    ...(to === null ? [] : [{ column, op: '<' as const, value: new Date(to) }]),
  ];
}
