import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { PAGE_FONTS, pageFont } from '../render/fonts.ts';
import { inlineScript, type InlineParts } from '../render/html.ts';
import { cssVariables } from '../render/theme.ts';
import { packagePath } from '../paths.ts';

interface Asset {
  body: Uint8Array<ArrayBuffer>;
  type: string;
}

/** What pages load, by path. Names carry a hash of the content, so they may be kept for ever. */
export interface Assets {
  styles: string;
  /** Undefined when the script is not built: pages work without it. */
  script: string | undefined;
  /** The font of the Latin alphabet, worth fetching before the styles are read. */
  font: string;
  get(path: string): Asset | undefined;
}

/** In this order: a later one has the last word. */
const STYLES = [
  'page',
  'frame',
  'params',
  'panels',
  'tools',
  'tables',
  'runs',
  'whole',
  'script',
  'widths',
  'devices',
].map((name) => packagePath(`src/web/styles/${name}.css`));
const SCRIPT = packagePath('dist/web/client.js');

const RANGES: Record<(typeof PAGE_FONTS)[number], string> = {
  latin:
    'U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD',
  'latin-ext':
    'U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+1D00-1DBF,U+1E00-1E9F,U+1EF2-1EFF,U+2020,U+20A0-20AB,U+20AD-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF',
  cyrillic: 'U+0301,U+0400-045F,U+0490-0491,U+04B0-04B1,U+2116',
  greek: 'U+0370-0377,U+037A-037F,U+0384-038A,U+038C,U+038E-03A1,U+03A3-03FF',
  vietnamese:
    'U+0102-0103,U+0110-0111,U+0128-0129,U+0168-0169,U+01A0-01A1,U+01AF-01B0,U+0300-0301,U+0303-0304,U+0308-0309,U+0323,U+0329,U+1EA0-1EF9,U+20AB',
};

/** What a file that stands on its own has inside: the script, and the styles with their fonts. */
export async function inlineAssets(): Promise<InlineParts> {
  const built = await readFile(SCRIPT, 'utf8').catch(() => undefined);
  return { styles: await inlineStyles(), script: built && inlineScript(built) };
}

/** The styles with the fonts of all Latin text in them. */
async function inlineStyles(): Promise<string> {
  const faces = await Promise.all(
    (['latin', 'latin-ext'] as const).map(async (alphabet) => {
      const font = await readFile(pageFont(alphabet));
      // It is there already; a page that comes over a network would not wait.
      return fontFace(alphabet, `data:font/woff2;base64,${font.toString('base64')}`, 'block');
    }),
  );
  return [...faces, schemes(), await readStyles()].join('\n');
}

async function readStyles(): Promise<string> {
  const files = await Promise.all(STYLES.map((path) => readFile(path, 'utf8')));
  return files.join('\n');
}

/** Reads the styles, the built script and the fonts once, at the start. */
export async function loadAssets(): Promise<Assets> {
  const assets = new Map<string, Asset>();
  const add = (name: string, suffix: string, type: string, body: Uint8Array): string => {
    const hash = createHash('sha256').update(body).digest('hex').slice(0, 12);
    const path = `/assets/${name}.${hash}.${suffix}`;
    assets.set(path, { body: new Uint8Array(body), type });
    return path;
  };
  const faces: string[] = [];
  let font = '';
  for (const alphabet of PAGE_FONTS) {
    const path = add(
      `inter-${alphabet}`,
      'woff2',
      'font/woff2',
      await readFile(pageFont(alphabet)),
    );
    if (alphabet === 'latin') font = path;
    faces.push(fontFace(alphabet, path));
  }
  const css = [...faces, schemes(), await readStyles()];
  const styles = add('styles', 'css', 'text/css; charset=utf-8', Buffer.from(css.join('\n')));
  const built = await readFile(SCRIPT).catch(() => undefined);
  const script = built && add('client', 'js', 'text/javascript; charset=utf-8', built);
  return { styles, script, font, get: (path) => assets.get(path) };
}

function fontFace(
  alphabet: (typeof PAGE_FONTS)[number],
  address: string,
  display = 'optional',
): string {
  return (
    `@font-face{font-family:Inter;font-style:normal;font-weight:100 900;font-display:${display};` +
    `src:url(${address}) format("woff2");unicode-range:${RANGES[alphabet]}}`
  );
}

/** The viewer's system decides between light and dark, until the viewer does. */
function schemes(): string {
  const [light, dark] = [cssVariables('light'), cssVariables('dark')];
  return (
    `:root{color-scheme:light;${light}}` +
    `@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]){color-scheme:dark;${dark}}}` +
    `@media screen{:root[data-theme=dark]{color-scheme:dark;${dark}}}`
  );
}
