import { fileURLToPath } from 'node:url';

/** The package's root: one folder up both from `src/` (tsx, tests) and from `dist/` (built). */
const ROOT = new URL('../', import.meta.url);

/** An absolute path of a file that ships with the package, such as `queries` or `dashboards`. */
export function packagePath(relative: string): string {
  return fileURLToPath(new URL(relative, ROOT));
}
