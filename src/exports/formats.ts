import { RunlensError } from '../errors.ts';

/** Suffix of a file or an address -> media type. `arrow` is an IPC file, `arrows` an IPC stream. */
export const FORMATS = {
  arrow: 'application/vnd.apache.arrow.file',
  arrows: 'application/vnd.apache.arrow.stream',
  parquet: 'application/vnd.apache.parquet',
  csv: 'text/csv; charset=utf-8',
  json: 'application/json',
  ndjson: 'application/x-ndjson',
} as const;

export type ExportFormat = keyof typeof FORMATS;

export function isFormat(name: string): name is ExportFormat {
  return Object.hasOwn(FORMATS, name);
}

/** The format that a file's name asks for. @throws RunlensError BAD_REQUEST naming `field` */
export function formatOf(fileName: string, field = 'out'): ExportFormat {
  const suffix = /\.([a-z]+)$/i.exec(fileName)?.[1]?.toLowerCase() ?? '';
  if (isFormat(suffix)) return suffix;
  throw new RunlensError('BAD_REQUEST', `${JSON.stringify(fileName)} has no known suffix`, {
    field,
    hint: `Known: ${Object.keys(FORMATS).join(', ')}.`,
  });
}
