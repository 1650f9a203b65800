-- name: sync_pace
-- title: Pace of syncs
-- grain: one row a sync of a source
-- columns:
--   sync_id: number of the sync, growing
--   source: name of the tracking server
--   mode: incremental or full
--   started_at: when it began (UTC)
--   finished_at: when it ended (UTC); null while it runs
--   status: running, completed, failed or interrupted
--   seconds: from beginning to end; null while it runs
--   requests: HTTP requests sent, retries included
--   retries: requests sent again
--   runs_seen: runs in the answers
--   inserted: runs new to the mirror
--   updated: runs that had changed
--   changed: both of them
--   removed: runs gone from the server
--   error: what failed, in one line
select
  sync_id,
  source,
  mode,
  started_at,
  finished_at,
  status,
  cast(date_diff('millisecond', started_at, finished_at) as double) / cast(1000 as double)
    as seconds,
  requests,
  retries,
  runs_seen,
  inserted,
  updated,
  inserted + updated as changed,
  removed,
  error
from syncs
