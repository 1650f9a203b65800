-- name: active_runs
-- title: Active runs
-- grain: one row a run that is not deleted, of an experiment that is not deleted
-- columns:
--   run_no: number of the run within Runlens, which may change; run_id is the one to keep
--   source: name of the tracking server
--   experiment_id: id of the experiment
--   experiment_name: name of the experiment
--   run_id: id of the run
--   run_name: name of the run
--   user_name: who ran it; null when the server does not say
--   status: RUNNING, SCHEDULED, FINISHED, FAILED or KILLED
--   started_at: when it started (UTC)
--   ended_at: when it ended (UTC); null while it has not
--   hours: from start to end, in hours; null while it has not ended, or when it ended before it began
select
  r.run_no,
  r.source,
  r.experiment_id,
  e.name as experiment_name,
  r.run_id,
  r.run_name,
  r.user_name,
  r.status,
  r.started_at,
  r.ended_at,
  r.hours
from (
  select
    run_no,
    source,
    experiment_id,
    run_id,
    run_name,
    user_name,
    status,
    started_at,
    utc_timestamp(end_ms) as ended_at,
    case
      when end_ms >= start_ms
      then (cast(end_ms as double) - cast(start_ms as double)) / cast(3600000 as double)
    end as hours
  from mirror.runs
  where lifecycle_stage = 'active'
) r
join mirror.experiments e on e.source = r.source and e.experiment_id = r.experiment_id
where e.lifecycle_stage = 'active'
