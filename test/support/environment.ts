import type { Environment } from '../../src/config/environment.ts';

/** An environment of exactly these variables and files. */
export function environmentOf(
  variables: Record<string, string> = {},
  files: Record<string, string> = {},
): Environment {
  return { variables, home: '/home/amara', readText: (path) => files[path] };
}
