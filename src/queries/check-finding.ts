import type { Problem } from './read-texts.ts';

/** One mistake, where an editor can jump to it. */
export interface Finding {
  /** Errors make `check` fail; warnings are worth a look. */
  severity: 'error' | 'warning';
  file: string;
  /** Counted from 1, as columns are. */
  line: number;
  column?: number;
  /** The kind of mistake, the same for ever: tools filter by it. */
  code: string;
  message: string;
}

/** A file that lies where none is read. */
export const notRead = (problem: Problem): Finding => ({
  severity: 'warning',
  code: 'not-read',
  ...problem,
});

const byPlace = (a: Finding, b: Finding): number =>
  a.file === b.file
    ? a.line - b.line || (a.column ?? 0) - (b.column ?? 0)
    : a.file < b.file
      ? -1
      : 1;

/** By file and line, each said once. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  const unique = new Map(
    findings.map((it) => [JSON.stringify([it.file, it.line, it.code, it.message]), it]),
  );
  return [...unique.values()].sort(byPlace);
}

/** A message with what to try next, as a page and a terminal give both. */
export const withHint = (message: string, hint: string): string =>
  `${message}${message.endsWith('?') ? '' : '.'} ${hint.replace(/\.$/, '')}`;
