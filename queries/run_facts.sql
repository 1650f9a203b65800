-- name: run_facts
-- title: Facts of runs
-- grain: one row a run that is not deleted, of an experiment that is not deleted; counts are 0 or 1, to be added up
-- columns:
--   source: name of the tracking server
--   experiment_id: id of the experiment
--   run_id: id of the run
--   user_name: who ran it; (unknown) when the server does not say
--   known_user: who ran it; null when the server does not say
--   status: RUNNING, SCHEDULED, FINISHED, FAILED or KILLED
--   started_at: when it started (UTC)
--   day: midnight of the day it started (UTC)
--   week: midnight of the Monday of the week it started (UTC)
--   finished: 1 for a run that finished
--   failed: 1 for a run that failed
--   killed: 1 for a run that was killed
--   ended: 1 for a run that came to an end: finished, failed or killed
--   hours: from start to end, in hours; null while it has not ended, or when it ended before it began
--   hours_lost: the hours of a failed or killed run; 0 for others
select
  r.source,
  r.experiment_id,
  r.run_id,
  r.user_name,
  r.known_user,
  r.status,
  r.started_at,
  r.day,
  r.week,
  r.finished,
  r.failed,
  r.killed,
  r.ended,
  r.hours,
  r.hours_lost
from (
  -- All is made below the join, so that an engine can narrow by it before it joins.
  select
    source,
    experiment_id,
    run_id,
    coalesce(user_name, '(unknown)') as user_name,
    user_name as known_user,
    status,
    started_at,
    started_day as day,
    date_trunc('week', started_day) as week,
    case when status = 'FINISHED' then 1 else 0 end as finished,
    case when status = 'FAILED' then 1 else 0 end as failed,
    case when status = 'KILLED' then 1 else 0 end as killed,
    -- A function of a text that is packed by a dictionary is worked out for each of its few values once,
    -- a list of comparisons for every row.
    case when strpos('|FINISHED|FAILED|KILLED|', concat('|', status, '|')) > 0 then 1 else 0 end as ended,
    case
      when end_ms >= start_ms
      then (cast(end_ms as double) - cast(start_ms as double)) / cast(3600000 as double)
    end as hours,
    case
      when strpos('|FAILED|KILLED|', concat('|', status, '|')) = 0 then cast(0 as double)
      when end_ms >= start_ms
      then (cast(end_ms as double) - cast(start_ms as double)) / cast(3600000 as double)
    end as hours_lost
  from mirror.runs
  where lifecycle_stage = 'active'
) r
-- Few experiments are deleted, if any: to leave out theirs is cheaper than to look up all others.
left join (
  select source, experiment_id from mirror.experiments where lifecycle_stage <> 'active'
) d on d.source = r.source and d.experiment_id = r.experiment_id
where d.experiment_id is null
