import { createHash } from 'node:crypto';

/** A script as it may stand inside of a page: nothing in it ends the element early. */
export function inlineScript(source: string): string {
  return source.replaceAll(/<\/(?=script)/gi, '<\\/').replaceAll('<!--', '\\x3C!--');
}

/** A value as JSON inside of a page; no name from a server can end the element. */
export function inlineJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

export interface InlineParts {
  styles: string;
  /** Undefined when a page runs nothing. */
  script: string | undefined;
}

/** The policy of a page that carries all it needs: just these styles and this script, no address. */
export function inlinePolicy({ styles, script }: InlineParts): string {
  return [
    "default-src 'none'",
    `style-src ${hashOf(styles)}`,
    `script-src ${script === undefined ? "'none'" : hashOf(script)}`,
    'font-src data:',
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

const hashOf = (text: string): string =>
  `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
