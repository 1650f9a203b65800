-- name: syncs
-- title: Sync log
-- grain: one row a sync of a source
-- columns:
--   sync_id: number of the sync, growing
--   source: name of the tracking server
--   mode: incremental or full
--   started_at: when it began (UTC)
--   finished_at: when it ended (UTC); null while it runs
--   status: running, completed, failed or interrupted
--   requests: HTTP requests sent, retries included
--   retries: requests sent again
--   runs_seen: runs in the answers
--   inserted: runs new to the mirror
--   updated: runs that had changed
--   unchanged: runs that had not
--   removed: runs gone from the server
--   data_version: the data version it left
--   error: what failed, in one line
select
  sync_id,
  source,
  mode,
  utc_timestamp(started_ms) as started_at,
  utc_timestamp(finished_ms) as finished_at,
  status,
  requests,
  retries,
  runs_seen,
  inserted,
  updated,
  unchanged,
  removed,
  data_version,
  error
from mirror.syncs
