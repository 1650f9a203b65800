import { RunlensError } from '../errors.ts';
import { FORMATS, formatOf, isFormat, type ExportFormat } from './formats.ts';

/** What an address asks for. */
export interface Asked {
  name: string;
  format: ExportFormat;
  /** Whether the format comes from `Accept`, so that the answer varies by it. */
  negotiated: boolean;
}

/**
 * `runs.csv` asks by its suffix; `runs` leaves it to the media types that the asker accepts.
 * @param accept the header, if there is one
 * @throws RunlensError BAD_REQUEST naming `format`, NOT_ACCEPTABLE naming `Accept`
 */
export function askedFormat(file: string, accept: string | undefined): Asked {
  if (!file.includes('.')) return { name: file, format: acceptedFormat(accept), negotiated: true };
  const format = formatOf(file, 'format');
  return { name: file.slice(0, -format.length - 1), format, negotiated: false };
}

/** The format most wanted; between equals the one named more closely, then the first we list. */
function acceptedFormat(accept: string | undefined): ExportFormat {
  const ranges = (accept?.trim() || '*/*').split(',').map(parseRange);
  const [best] = Object.entries(FORMATS)
    .flatMap(([format, mediaType]) => {
      const [type = ''] = mediaType.split(';');
      const names = [type, `${type.split('/')[0]}/*`, '*/*'];
      const match = ranges
        .filter((range) => names.includes(range.type))
        .map(({ type, quality }) => ({ format, quality, distance: names.indexOf(type) }))
        .toSorted((a, b) => a.distance - b.distance)[0];
      return match !== undefined && match.quality > 0 ? [match] : [];
    })
    .toSorted((a, b) => b.quality - a.quality || a.distance - b.distance);
  if (best !== undefined && isFormat(best.format)) return best.format;
  throw new RunlensError('NOT_ACCEPTABLE', `no format of ours is ${JSON.stringify(accept)}`, {
    field: 'Accept',
    hint: `Known: ${Object.values(FORMATS).join(', ')}; or put a suffix on the address.`,
  });
}

/** Whether a page is wanted rather than JSON: only who names pages gets one. */
export function wantsPage(accept = ''): boolean {
  const ranges = accept.split(',').map(parseRange);
  const quality = (type: string): number => ranges.find((it) => it.type === type)?.quality ?? 0;
  return quality('text/html') > 0 && quality('text/html') >= quality('application/json');
}

/** A weight that is no number counts as none. */
function parseRange(text: string): { type: string; quality: number } {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((it) => /^q\s*=/.test(it))?.replace(/^q\s*=\s*/, '');
  return { type, quality: weight === undefined ? 1 : Number(weight) || 0 };
}
