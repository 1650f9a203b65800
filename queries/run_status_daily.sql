-- name: run_status_daily
-- title: Runs by status and day
-- grain: one row an experiment, day and status; deleted runs left out
-- columns:
--   source: name of the tracking server
--   experiment_id: id of the experiment
--   day: midnight of the day the runs started (UTC); null for runs without a start
--   status: RUNNING, SCHEDULED, FINISHED, FAILED or KILLED
--   runs: runs started that day
--   hours: from start to end of those that ended, in hours, added up
select
  source,
  experiment_id,
  day,
  status,
  count(*) as runs,
  coalesce(sum(hours), cast(0 as double)) as hours
from run_facts
group by source, experiment_id, day, status
