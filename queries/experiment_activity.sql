-- name: experiment_activity
-- title: Experiment activity
-- grain: one row an experiment, deleted ones included; deleted runs left out
-- columns:
--   source: name of the tracking server
--   experiment_id: id of the experiment
--   name: name of the experiment
--   lifecycle_stage: active or deleted
--   runs: its runs
--   running: those of them that have not ended
--   users: people with runs in it; runs without a user are not counted here
--   first_run_at: start of the first run (UTC)
--   last_run_at: start of the last run (UTC)
--   runs_last_30d: runs started in the 30 days before the source's last completed sync
select
  e.source,
  e.experiment_id,
  e.name,
  e.lifecycle_stage,
  count(r.run_id) as runs,
  count(case when r.status in ('RUNNING', 'SCHEDULED') then 1 end) as running,
  count(distinct r.user_name) as users,
  min(utc_timestamp(r.start_ms)) as first_run_at,
  max(utc_timestamp(r.start_ms)) as last_run_at,
  count(case when r.start_ms >= s.last_sync_at - cast(2592000000 as bigint) then 1 end)
    as runs_last_30d
from mirror.experiments e
left join mirror.sources s on s.source = e.source
left join mirror.runs r
  on r.source = e.source and r.experiment_id = e.experiment_id and r.lifecycle_stage = 'active'
group by e.source, e.experiment_id, e.name, e.lifecycle_stage
