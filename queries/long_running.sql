-- name: long_running
-- title: Runs going on
-- grain: one row a run that has not ended; deleted runs left out
-- columns:
--   source: name of the tracking server
--   experiment_id: id of the experiment
--   experiment_name: name of the experiment
--   run_id: id of the run
--   run_name: name of the run
--   user_name: who ran it; null when the server does not say
--   status: RUNNING or SCHEDULED
--   started_at: when it started (UTC)
--   age_hours: from its start to the source's last completed sync, in hours: later it may have ended
--   p99_hours: 99th percentile of the hours of the experiment's finished runs; null when it has none
--   is_overdue: whether it has gone on for longer than p99_hours
select
  r.source,
  r.experiment_id,
  e.name as experiment_name,
  r.run_id,
  r.run_name,
  r.user_name,
  r.status,
  r.started_at,
  r.age_hours,
  p.p99_hours,
  coalesce(r.age_hours > p.p99_hours, false) as is_overdue
from (
  select
    a.source,
    a.experiment_id,
    a.run_id,
    a.run_name,
    a.user_name,
    a.status,
    a.started_at,
    cast(date_diff('millisecond', a.started_at, utc_timestamp(s.last_sync_at)) as double)
      / cast(3600000 as double) as age_hours
  from mirror.runs a
  left join mirror.sources s on s.source = a.source
  where a.lifecycle_stage = 'active'
    -- Worked out once for each of the few statuses, see run_facts.
    and strpos('|RUNNING|SCHEDULED|', concat('|', a.status, '|')) > 0
) r
join mirror.experiments e on e.source = r.source and e.experiment_id = r.experiment_id
left join (
  -- Of whole milliseconds, which take two thirds of the time; within these bounds their difference has room.
  select
    source,
    experiment_id,
    cast(approx_percentile(end_ms - start_ms, 0.99) as double) / cast(3600000 as double) as p99_hours
  from mirror.runs
  where lifecycle_stage = 'active'
    and status = 'FINISHED'
    and start_ms >= cast(-4000000000000000000 as bigint)
    and end_ms <= cast(4000000000000000000 as bigint)
    and end_ms >= start_ms
  group by source, experiment_id
) p on p.source = r.source and p.experiment_id = r.experiment_id
where e.lifecycle_stage = 'active'
