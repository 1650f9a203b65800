import { RunlensError } from '../errors.ts';
import { resolveChoices, type Choices, type ResolveOptions } from './choices.ts';

/**
 * Choices for a file rather than a page: where a page shows something else and says so, a file
 * would be taken for what was asked.
 * @throws RunlensError BAD_REQUEST naming the parameter
 */
export async function resolveExactly(options: ResolveOptions): Promise<Choices> {
  const choices = await resolveChoices(options);
  const replaced = choices.list.find((it) => it.lost !== undefined);
  if (replaced === undefined) return choices;
  const { name, text, lost } = replaced;
  throw new RunlensError('BAD_REQUEST', `${name}: ${lost} is not there`, {
    field: name,
    hint: `With the other choices there is, for one, ${text}.`,
  });
}
