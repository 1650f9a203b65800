import type { ExportRequest } from './export.ts';
import type { Frame } from './frame.ts';
import type { Snapshot } from './snapshot.ts';

/** What an export is and of when: in the file's own metadata, and with `--manifest` beside it. */
export interface Manifest {
  frame: string;
  format: string;
  /** What was asked for besides: filter, experiments, since, … */
  choice: Record<string, unknown>;
  rows: number;
  /** There where a limit left rows out. */
  truncated?: true;
  data_version: number;
  /** The oldest completed sync of the sources, ISO 8601; null before the first. */
  as_of: string | null;
  sources: { source: string; last_sync_at: string | null }[];
  runlens_version: string;
  /** Of the file's bytes, hexadecimal; known once they are all written. */
  sha256?: string;
}

export function describeExport(
  { state }: Snapshot,
  { frame, format, ...choice }: ExportRequest,
  { rows, truncated }: Frame,
  version: string,
): Manifest {
  const { statement: _, ...asked } = choice;
  return {
    frame,
    format,
    choice: asked,
    rows,
    ...(truncated === true ? { truncated } : {}),
    data_version: state.dataVersion,
    as_of: isoTime(state.asOf),
    sources: state.sources.map(({ source, lastSyncAt }) => ({
      source,
      last_sync_at: isoTime(lastSyncAt),
    })),
    runlens_version: version,
  };
}

/** A moment in ms since 1970 UTC as ISO 8601. */
export const isoTime = (ms: number | null): string | null =>
  ms === null ? null : new Date(ms).toISOString();

/** As JSON; bound values of a view may be any int64. */
export function manifestText(manifest: Manifest, indent?: number): string {
  const plain = (_: string, value: unknown): unknown =>
    typeof value === 'bigint' ? value.toString() : value;
  return JSON.stringify(manifest, plain, indent);
}

/** As metadata of an Arrow schema or a Parquet file. */
export const manifestMetadata = (manifest: Manifest): ReadonlyMap<string, string> =>
  new Map([['runlens', manifestText(manifest)]]);
