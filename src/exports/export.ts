import type { DuckDbEngine } from '../engine/duckdb.ts';
import { RunlensError } from '../errors.ts';
import { select, type BoundSql, type Condition } from '../queries/select.ts';
import type { Catalog } from '../queries/view.ts';
import { arrowBytes } from './arrow.ts';
import { checkRequest } from './check-request.ts';
import type { Compression } from './compression.ts';
import { compileFilter } from './filter-sql.ts';
import { FORMATS, type ExportFormat } from './formats.ts';
import { complete, type Frame } from './frame.ts';
import { longFrame } from './long.ts';
import { describeExport, manifestMetadata, type Manifest } from './manifest.ts';
import { nestedFrame } from './nested.ts';
import { parquetBytes } from './parquet.ts';
import { selectRuns, type RunChoice } from './run-selection.ts';
import { ExportSlots } from './slots.ts';
import { Snapshot } from './snapshot.ts';
import { statementFrame } from './statement.ts';
import { csvBytes, jsonBytes, ndjsonBytes } from './text.ts';
import { wideFrame } from './wide.ts';

export interface ExportDeps {
  engine: DuckDbEngine;
  /** A folder that the engine may write to (`Store.workFolder`). */
  workFolder: string;
  catalog?: Catalog;
  /** Of Runlens, for the manifest. */
  version?: string;
  /** Shared by all exports of a service; without it nothing bounds their number. */
  slots?: ExportSlots;
}

export interface ExportRequest extends RunChoice {
  /**
   * `runs` (wide), `runs-nested`, `metrics`, `params`, `tags`: of the chosen runs. `experiments`,
   * `view:NAME`. Any other name, such as `panel:DASHBOARD/PANEL`, comes with its `statement`.
   */
  frame: string;
  format: ExportFormat;
  statement?: BoundSql | undefined;
  /** Globs of column names, for `runs`; names of columns for a view. */
  columns?: readonly string[] | undefined;
  /** Of Arrow; default none. */
  compression?: Compression | undefined;
  /** Rows of a view. */
  where?: readonly Condition[] | undefined;
  limit?: number | undefined;
  offset?: number | undefined;
}

export interface Export {
  contentType: string;
  fileName: string;
  manifest: Manifest;
  /** To be read once; reading to the end or leaving the loop frees the snapshot. */
  body: AsyncIterable<Uint8Array>;
  /** Frees the snapshot when the body is not read at all. Idempotent. */
  close: () => void;
}

/**
 * Everything is read from one snapshot: rows, counts and the data version belong together.
 * @throws RunlensError BAD_REQUEST, NOT_FOUND, EXPERIMENT_NOT_FOUND, CANCELLED
 */
export async function openExport(
  { engine, workFolder, catalog, version = 'unknown', slots = new ExportSlots() }: ExportDeps,
  request: ExportRequest,
  signal?: AbortSignal,
): Promise<Export> {
  checkRequest(request);
  const leave = await slots.take(signal);
  const snapshot = await Snapshot.open(engine, { signal, onClose: leave });
  try {
    const frame = complete(await openFrame(snapshot, catalog, request));
    const manifest = describeExport(snapshot, request, frame, version);
    const bytes = encode(snapshot, frame, request, workFolder, manifest);
    return {
      contentType: FORMATS[request.format],
      fileName: `${request.frame.replaceAll(/[^\w.-]+/g, '-')}.${request.format}`,
      manifest,
      body: closing(bytes, snapshot),
      close: () => snapshot.close(),
    };
  } catch (error) {
    snapshot.close();
    throw error;
  }
}

async function openFrame(
  snapshot: Snapshot,
  catalog: Catalog | undefined,
  request: ExportRequest,
): Promise<Frame> {
  const { frame, statement, columns, filter } = request;
  if (statement !== undefined) return statementFrame(snapshot, statement);
  if (frame === 'experiments' || frame.startsWith('view:')) {
    return viewFrame(snapshot, catalog, request);
  }
  const test = filter === undefined ? undefined : compileFilter(filter);
  switch (frame) {
    case 'runs':
      return wideFrame(snapshot, await selectRuns(snapshot, request, test), columns);
    case 'runs-nested':
      return nestedFrame(snapshot, await selectRuns(snapshot, request, test));
    case 'metrics':
    case 'params':
    case 'tags':
      return longFrame(snapshot, await selectRuns(snapshot, request, test), frame);
    default:
      throw new RunlensError('NOT_FOUND', `no frame ${JSON.stringify(frame)}`, {
        field: 'frame',
        hint: 'Frames: runs, runs-nested, experiments, metrics, params, tags, view:NAME, panel:DASHBOARD/PANEL.',
      });
  }
}

async function viewFrame(
  snapshot: Snapshot,
  catalog: Catalog | undefined,
  { frame, columns, where, limit, offset }: ExportRequest,
): Promise<Frame> {
  const name = frame.replace(/^view:/, '');
  const view = catalog?.get(name);
  if (view === undefined) {
    const views = catalog?.list().map((one) => one.name) ?? [];
    throw new RunlensError('NOT_FOUND', `no view ${JSON.stringify(name)}`, {
      field: 'frame',
      hint: `Views: ${views.toSorted().join(', ')}.`,
    });
  }
  const chosen = {
    ...(columns === undefined ? {} : { columns }),
    ...(where === undefined ? {} : { where }),
    ...(offset === undefined ? {} : { offset }),
  };
  if (limit === undefined && offset === undefined) {
    return statementFrame(snapshot, select(view, chosen));
  }
  // The engine gives rows as its threads have them: without an order pages overlap and lose rows.
  const orderBy = view.columns.map(({ name }) => byColumn(name));
  if (limit === undefined) return statementFrame(snapshot, select(view, { ...chosen, orderBy }));
  const counted = select(view, { ...chosen, limit: limit + 1 });
  return statementFrame(snapshot, select(view, { ...chosen, orderBy, limit }), { counted, limit });
}

const byColumn = (column: string) => ({ column, direction: 'asc' as const });

function encode(
  snapshot: Snapshot,
  frame: Frame,
  { format, compression }: ExportRequest,
  workFolder: string,
  manifest: Manifest,
): AsyncIterable<Uint8Array> {
  switch (format) {
    case 'arrow':
    case 'arrows':
      return arrowBytes(frame, format, manifestMetadata(manifest), compression);
    case 'parquet':
      return parquetBytes(snapshot, frame, workFolder, manifestMetadata(manifest));
    case 'csv':
      return csvBytes(frame);
    case 'json':
      return jsonBytes(frame);
    case 'ndjson':
      return ndjsonBytes(frame);
  }
}

async function* closing(
  bytes: AsyncIterable<Uint8Array>,
  snapshot: Snapshot,
): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } finally {
    snapshot.close();
  }
}
