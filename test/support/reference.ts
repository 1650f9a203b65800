import { readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';

/** A page of the docs with what was made between its two marks, formatted as it has to be. */
export async function withReference(page: string, mark: string, made: string): Promise<string> {
  const marks = new RegExp(`(?<=<!-- ${mark} -->\\n).*(?=<!-- end of ${mark} -->)`, 's');
  const text = readFileSync(page, 'utf8');
  if (!marks.test(text)) throw new Error(`${page} has no place for the ${mark}`);
  const whole = text.replace(marks, () => `\n${made}\n\n`);
  return format(whole, { ...(await resolveConfig(page)), filepath: page });
}

/** A table of Markdown; a bar in a cell would end it. */
export function markdownTable(head: readonly string[], rows: readonly string[][]): string {
  const cells = [head, head.map(() => '---'), ...rows].map((row) =>
    row.map((it) => it.replaceAll('|', String.raw`\|`)).join(' | '),
  );
  return cells.map((it) => `| ${it} |`).join('\n');
}
