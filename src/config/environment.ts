import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { RunlensError } from '../errors.ts';

/** What configuration is read from; tests pass their own. */
export interface Environment {
  variables: Readonly<Record<string, string | undefined>>;
  home: string;
  /** The text of a file, or undefined when there is none. */
  readText(path: string): string | undefined;
}

export function processEnvironment(variables: NodeJS.ProcessEnv): Environment {
  return {
    variables,
    home: homedir(),
    readText(path) {
      // Nor is there one, as for the Python client, in a home that is another user's or none at all.
      if (!existsSync(path)) return undefined;
      try {
        return readFileSync(path, 'utf8');
      } catch (error) {
        throw new RunlensError('BAD_CONFIG', `cannot read ${path}`, { cause: error });
      }
    },
  };
}

/** An empty variable counts as unset, as for the Python client. */
export function text(environment: Environment, name: string): string | undefined {
  const value = environment.variables[name];
  return value === undefined || value === '' ? undefined : value;
}

export function flag(environment: Environment, name: string, fallback: boolean): boolean {
  const value = text(environment, name)?.toLowerCase();
  if (value === undefined) return fallback;
  if (value === 'true' || value === '1') return true;
  if (value === 'false' || value === '0') return false;
  throw bad(name, `must be true, false, 1 or 0, not '${value}'`);
}

export function number(
  environment: Environment,
  name: string,
  fallback: number,
  { min = 0, max = Number.MAX_SAFE_INTEGER, whole = false } = {},
): number {
  const value = text(environment, name);
  if (value === undefined) return fallback;
  const parsed = Number(value);
  const usable = whole ? Number.isInteger(parsed) : Number.isFinite(parsed);
  if (!usable || parsed < min || parsed > max) {
    throw bad(
      name,
      `must be a ${whole ? 'whole ' : ''}number from ${min} to ${max}, not '${value}'`,
    );
  }
  return parsed;
}

export function bad(field: string, message: string): RunlensError {
  return new RunlensError('BAD_CONFIG', `${field} ${message}`, { field });
}
