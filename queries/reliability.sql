-- name: reliability
-- title: Reliability
-- grain: one row an experiment that has runs; deleted runs left out
-- columns:
--   source: name of the tracking server
--   experiment_id: id of the experiment
--   experiment_name: name of the experiment
--   runs: its runs
--   failed: those of them that failed
--   killed: those of them that were killed
--   failure_rate: failed and killed runs as a part of those that came to an end, 0 to 1; null when none has
--   hours: from start to end of the runs that ended, in hours, added up
--   hours_lost: the hours of failed and killed runs
select
  f.source,
  f.experiment_id,
  e.name as experiment_name,
  f.runs,
  f.failed,
  f.killed,
  f.failure_rate,
  f.hours,
  f.hours_lost
from (
  select
    source,
    experiment_id,
    count(*) as runs,
    count_if(status = 'FAILED') as failed,
    count_if(status = 'KILLED') as killed,
    cast(count_if(status in ('FAILED', 'KILLED')) as double)
      / nullif(cast(count_if(status in ('FINISHED', 'FAILED', 'KILLED')) as double), cast(0 as double))
      as failure_rate,
    coalesce(sum(hours), cast(0 as double)) as hours,
    coalesce(sum(hours_lost), cast(0 as double)) as hours_lost
  from run_facts
  group by source, experiment_id
) f
join mirror.experiments e on e.source = f.source and e.experiment_id = f.experiment_id
