import type { z } from 'zod';

type Issue = z.core.$ZodIssue;
export interface Explained {
  path: PropertyKey[];
  message: string;
}

/** Points at the key that is too much, and into the form that comes closest to what is written. */
export function explain(issue: Issue, above: readonly PropertyKey[] = []): Explained[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], message: 'there is no such key' }));
  }
  if (issue.code !== 'invalid_union') return [{ path, message: issue.message }];
  const forms = issue.errors.filter((form) => form.length > 0);
  const [closest] = forms.sort((a, b) => depth(b) - depth(a));
  if (closest === undefined || depth(closest) === 0) {
    const wanted = [...new Set(forms.flat().map((it) => it.message))];
    return [{ path, message: wanted.join('; or ') || issue.message }];
  }
  return closest.flatMap((it) => explain(it, path));
}

const depth = (form: readonly Issue[]): number => {
  const depths = form.map((it) => it.path.length + (it.code === 'unrecognized_keys' ? 1 : 0));
  return Math.min(...depths);
};
