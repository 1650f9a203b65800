import type { DuckDBConnection } from '@duckdb/node-api';
import { RunlensError } from '../errors.ts';
import type { SyncMode, SyncOutcome } from '../ingest/mirror.ts';

/** Older entries of a source are dropped: the log stays bounded (invariant 12). */
const KEPT_SYNCS = 5_000n;

export async function startSync(
  connection: DuckDBConnection,
  sync: { source: string; trackingUri: string; mode: SyncMode; nowMs: number },
): Promise<bigint> {
  const { source, trackingUri, mode, nowMs } = sync;
  const known = await connection.runAndReadAll(
    'select tracking_uri from mirror.sources where source = $1',
    [source],
  );
  const before = known.getRows()[0]?.[0];
  if (before === undefined) {
    await connection.run('insert into mirror.sources (source, tracking_uri) values ($1, $2)', [
      source,
      trackingUri,
    ]);
  } else if (before !== trackingUri) {
    throw new RunlensError(
      'SOURCE_CHANGED',
      `the database mirrors ${String(before)} as '${source}', not ${trackingUri}`,
    );
  }
  // One whose end could not be written: a source has one sync at a time.
  await connection.run(
    `update mirror.syncs set status = 'interrupted' where source = $1 and status = 'running'`,
    [source],
  );
  const result = await connection.runAndReadAll(
    `insert into mirror.syncs (sync_id, source, mode, started_ms, status)
     select coalesce(max(sync_id), 0) + 1, $1, $2, $3, 'running' from mirror.syncs
     returning sync_id`,
    [source, mode, BigInt(nowMs)],
  );
  return BigInt(String(result.getRows()[0]?.[0]));
}

export async function finishSync(
  connection: DuckDBConnection,
  source: string,
  syncId: bigint,
  outcome: SyncOutcome,
  nowMs: number,
): Promise<void> {
  const { counts, error = null } = outcome;
  const values = [
    BigInt(nowMs),
    outcome.status,
    ...[outcome.requests, outcome.retries, counts.seen, counts.inserted].map(BigInt),
    ...[counts.updated, counts.unchanged, counts.removed].map(BigInt),
    error,
    syncId,
  ];
  await connection.run(
    `update mirror.syncs set finished_ms = $1, status = $2, requests = $3, retries = $4,
       runs_seen = $5, inserted = $6, updated = $7, unchanged = $8, removed = $9, error = $10,
       data_version = (select data_version from mirror.state)
     where sync_id = $11`,
    values,
  );
  await connection.run(
    `update mirror.sources
     set error = $2, last_sync_at = case when $3 then $4 else last_sync_at end
     where source = $1`,
    [source, error, outcome.status === 'completed', BigInt(nowMs)],
  );
  await connection.run('delete from mirror.syncs where source = $1 and sync_id <= $2', [
    source,
    syncId - KEPT_SYNCS,
  ]);
}

/** Syncs that a crash left open. */
export async function closeInterrupted(connection: DuckDBConnection): Promise<void> {
  await connection.run(
    `update mirror.sources set error = 'the last sync was interrupted'
     where source in (select source from mirror.syncs where status = 'running')`,
  );
  await connection.run(`update mirror.syncs set status = 'interrupted' where status = 'running'`);
}

/**
 * Sources from which nothing ever came: their names and addresses may have been mistakes. One that is still
 * configured is entered anew by its next sync; for one that is not, all else would wait for ever.
 */
export async function forgetEmptySources(connection: DuckDBConnection): Promise<void> {
  await connection.run(
    `delete from mirror.sources
     where last_sync_at is null
       and source not in (select source from mirror.experiments)
       and source not in (select source from mirror.runs)`,
  );
}
