import type { z } from 'zod';
import { JsonSchema } from './json-schema.ts';
import { nearest, UNKNOWN_KEY } from '../nearest.ts';
import { dashboardJsonSchema } from './schema.ts';

type Issue = z.core.$ZodIssue;
export interface Explained {
  path: PropertyKey[];
  message: string;
}

/**
 * What is wrong with a file that is no dashboard, each mistake once: a key that is spelled nearly as
 * one that is missing is that one.
 */
export function explain(issues: readonly Issue[], value: unknown): Explained[] {
  const schema = new JsonSchema({ ...dashboardJsonSchema() });
  const found = issues
    .flatMap((it) => flatten(it))
    .map((it): Explained => {
      const { path, message } = it;
      if (message !== UNKNOWN_KEY) return { path, message: inWords(it, value) };
      const above = path.slice(0, -1);
      const known =
        schema.keys(above.reduce((forms, key) => schema.step(forms, key), schema.forms)) ?? [];
      const key = String(path.at(-1));
      const others = Object.keys(Object(valueAt(value, above))).filter((other) => other !== key);
      if (known.includes(key)) return { path, message: `does not go with ${others.join(', ')}` };
      const free = known.filter((name) => !others.includes(name));
      return { path, message: UNKNOWN_KEY + nearest(key, free) };
    });
  const meant = found.flatMap(({ path, message }) => {
    const [, name] = /: did you mean (\w+)\?$/.exec(message) ?? [];
    return name === undefined ? [] : [JSON.stringify([...path.slice(0, -1), name])];
  });
  return found.filter(({ path, message }) => {
    if (message !== MISSING) return true;
    const link =
      path.at(-2) === 'link' &&
      found.some((it) => it.message.startsWith(UNKNOWN_KEY) && it.path.at(-2) === 'link');
    return !link && !meant.includes(JSON.stringify(path));
  });
}

const MISSING = 'is missing';

interface Flat extends Explained {
  issue: Issue;
}

/** Points at the key that is too much, and into the form that comes closest to what is written. */
function flatten(issue: Issue, above: readonly PropertyKey[] = []): Flat[] {
  const path = [...above, ...issue.path];
  const { message } = issue;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], message: UNKNOWN_KEY, issue }));
  }
  if (issue.code === 'invalid_key') {
    return [{ path, message: issue.issues[0]?.message ?? message, issue }];
  }
  if (issue.code !== 'invalid_union') return [{ path, message, issue }];
  const forms = issue.errors.filter((form) => form.length > 0);
  const [closest] = forms.sort((a, b) => depth(b) - depth(a));
  if (closest === undefined || depth(closest) === 0) {
    const wanted = [...new Set(forms.flat().map((it) => it.message))];
    const [first] = forms.flat();
    return [
      {
        path,
        message: wanted.join('; or ') || message,
        issue: wanted.length > 1 ? issue : (first ?? issue),
      },
    ];
  }
  return closest.flatMap((it) => flatten(it, path));
}

const depth = (form: readonly Issue[]): number => {
  const depths = form.map((it) => it.path.length + (it.code === 'unrecognized_keys' ? 1 : 0));
  return Math.min(...depths);
};

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((at, key) => (Object(at) as Record<PropertyKey, unknown>)[key], value);

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  null: 'nothing',
};

/** Too little or too much, as an author counts; undefined for any other mistake. */
function sizeInWords(issue: Issue): string | undefined {
  if (issue.code === 'too_small') {
    if (issue.origin === 'string' || issue.origin === 'array') return 'must not be empty';
    return `must be ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`;
  }
  if (issue.code !== 'too_big') return undefined;
  const what = issue.origin === 'array' ? 'must have' : 'must be';
  return `${what} ${issue.maximum} at the most`;
}

function inWords({ path, message, issue }: Flat, value: unknown): string {
  const given = valueAt(value, path);
  if (given === undefined) return MISSING;
  if (path.length === 0 && given === null) return 'the file is empty';
  const size = sizeInWords(issue);
  if (size !== undefined) return size;
  const kind = given === null ? 'null' : Array.isArray(given) ? 'array' : typeof given;
  const words = message
    .replaceAll(/Invalid (input|option|discriminator value)[:.] [eE]xpected/g, 'expected')
    .replaceAll(
      /expected (\w+), received \w+/g,
      (_, wanted: string) => `expected ${KINDS[wanted] ?? wanted}`,
    )
    .replaceAll('; or expected', ' or');
  if (!/^expected an? \w+/.test(words)) return words;
  const quoted = words.includes('a text') && (kind === 'number' || kind === 'boolean');
  const hint = quoted ? ': write it in quotes' : '';
  return issue.code === 'invalid_type' || issue.code === 'invalid_union'
    ? `${words}, not ${KINDS[kind] ?? kind}${hint}`
    : words;
}
