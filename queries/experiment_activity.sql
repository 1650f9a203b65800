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
  coalesce(r.runs, 0) as runs,
  coalesce(r.running, 0) as running,
  coalesce(r.users, 0) as users,
  utc_timestamp(r.first_start_ms) as first_run_at,
  utc_timestamp(r.last_start_ms) as last_run_at,
  coalesce(l.runs, 0) as runs_last_30d
from mirror.experiments e
left join (
  -- By user first: to count the different ones beside other sums takes a second pass over all runs.
  select
    source,
    experiment_id,
    cast(sum(runs) as bigint) as runs,
    sum(running) as running,
    count(user_name) as users,
    min(first_start_ms) as first_start_ms,
    max(last_start_ms) as last_start_ms
  from (
    select
      source,
      experiment_id,
      user_name,
      count(*) as runs,
      -- Worked out once for each of the few statuses, see run_facts.
      count_if(strpos('|RUNNING|SCHEDULED|', concat('|', status, '|')) > 0) as running,
      min(start_ms) as first_start_ms,
      max(start_ms) as last_start_ms
    from mirror.runs
    where lifecycle_stage = 'active'
    group by source, experiment_id, user_name
  ) by_user
  group by source, experiment_id
) r on r.source = e.source and r.experiment_id = e.experiment_id
left join (
  select a.source, a.experiment_id, count(*) as runs
  from mirror.runs a
  join mirror.sources s on s.source = a.source
  where a.lifecycle_stage = 'active'
    and a.start_ms >= s.last_sync_at - cast(2592000000 as bigint)
    and a.start_ms <= s.last_sync_at
  group by a.source, a.experiment_id
) l on l.source = e.source and l.experiment_id = e.experiment_id
