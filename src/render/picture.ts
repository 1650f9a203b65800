import { renderAsync } from '@resvg/resvg-js';
import { escapeXml } from './chart.ts';
import { pictureFonts } from './fonts.ts';
import { formatTime } from './format.ts';
import { textWidth } from './text-width.ts';
import { FONT, FONTS, type Palette } from './theme.ts';

/** Which state of the mirror something shows (invariant 8). */
export interface Stamp {
  dataVersion: number;
  /** ms since 1970 UTC; null before the first sync. */
  asOf: number | null;
}

export function describeStamp({ dataVersion, asOf }: Stamp): string {
  const when = asOf === null ? 'not synced yet' : `as of ${formatTime(asOf)}`;
  return `${when} · data version ${dataVersion}`;
}

export interface PictureOptions {
  title: string;
  /** What one would see, for who does not. */
  alt: string;
  /** What is chosen, in words. */
  subtitle: string;
  stamp: Stamp;
  /** What else is to be known of it. */
  note?: string | undefined;
  palette: Palette;
  width: number;
  height: number;
}

const MARGIN = 20;
const HEAD = 62;
const FOOT = 34;

/** A panel as a picture that stands on its own: title, drawing, and as of when. */
export function framePicture(drawing: string, options: PictureOptions): string {
  const { title, alt, subtitle, stamp, note, palette, width, height } = options;
  const footer = [`Runlens · ${describeStamp(stamp)}`, note].filter(Boolean).join(' · ');
  const [full, tall] = [width + 2 * MARGIN, height + HEAD + FOOT];
  const text = (y: number, size: number, fill: string, words: string, weight = 400): string =>
    `<text x="${MARGIN}" y="${y}" font-family="${FONTS}" font-size="${size}" ` +
    `font-weight="${weight}" fill="${fill}">${escapeXml(fit(words, width, size, weight))}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" role="img" `,
    `aria-label="${escapeXml(alt)}" width="${full}" height="${tall}" viewBox="0 0 ${full} ${tall}">`,
    `<rect width="${full}" height="${tall}" fill="${palette.background}"/>`,
    text(30, 15, palette.text, title, 600),
    text(49, 11, palette.muted, subtitle),
    `<g transform="translate(${MARGIN},${HEAD})">${drawing.replace(/ role="img" aria-label="[^"]*"/, '')}</g>`,
    text(tall - 13, 10, palette.muted, footer),
    '</svg>',
  ].join('');
}

/** A figure as a drawing of its own. */
export function drawFigure(
  { value, note }: { value: string; note: string },
  { palette, height }: Pick<PictureOptions, 'palette' | 'height'>,
): string {
  const middle = Math.round(height / 2);
  return (
    `<text y="${middle + 6}" font-family="${FONTS}" font-size="40" font-weight="600" ` +
    `fill="${palette.text}">${escapeXml(value)}</text>` +
    `<text y="${middle + 30}" font-family="${FONTS}" font-size="12" ` +
    `fill="${palette.muted}">${escapeXml(note)}</text>`
  );
}

/** Words where there is nothing to draw. */
export function drawNote(
  text: string,
  { palette, width, height }: Pick<PictureOptions, 'palette' | 'width' | 'height'>,
): string {
  return (
    `<text x="${width / 2}" y="${height / 2}" text-anchor="middle" font-family="${FONTS}" ` +
    `font-size="12" fill="${palette.muted}">${escapeXml(fit(text, width, 12, 400))}</text>`
  );
}

function fit(text: string, width: number, fontSize: number, fontWeight: number): string {
  if (textWidth(text, { fontSize, fontWeight }) <= width) return text;
  const letters = Array.from(text);
  while (
    letters.length > 0 &&
    textWidth(`${letters.join('')}…`, { fontSize, fontWeight }) > width
  ) {
    letters.pop();
  }
  return `${letters.join('')}…`;
}

/** Beyond Latin, Greek, Cyrillic, punctuation and mathematics, which the shipped typeface draws. */
const OTHER_SCRIPTS = /[\u{530}-\u{1DFF}\u{2300}-\u{245F}\u{2600}-\u{10FFFF}]/u;

/**
 * SVG as PNG, off the event loop, at twice the size for sharp screens. Names in other scripts are
 * drawn in the fonts of the machine, which are looked for only then.
 */
export async function toPng(svg: string, { scale = 2 } = {}): Promise<Uint8Array<ArrayBuffer>> {
  const image = await renderAsync(svg, {
    fitTo: { mode: 'zoom', value: scale },
    font: {
      fontFiles: pictureFonts(),
      loadSystemFonts: OTHER_SCRIPTS.test(svg),
      defaultFontFamily: FONT,
    },
  });
  return new Uint8Array(image.asPng());
}
