-- name: user_runs
-- title: Runs of users
-- grain: one row a run that is not deleted, of an experiment that is not deleted
-- columns:
--   source: name of the tracking server
--   user_name: who ran it; (unknown) when the server does not say
--   experiment_id: id of the experiment
--   experiment_name: name of the experiment
--   run_id: id of the run
--   run_name: name of the run
--   status: RUNNING, SCHEDULED, FINISHED, FAILED or KILLED
--   started_at: when it started (UTC)
--   hours: from start to end, in hours; null while it has not ended
select
  source,
  coalesce(user_name, '(unknown)') as user_name,
  experiment_id,
  experiment_name,
  run_id,
  run_name,
  status,
  started_at,
  hours
from active_runs
