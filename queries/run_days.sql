-- name: run_days
-- title: Runs by day
-- grain: one row an experiment and day; deleted runs left out
-- columns:
--   source: name of the tracking server
--   experiment_id: id of the experiment
--   experiment_name: name of the experiment
--   day: midnight of the day the runs started (UTC); null for runs without a start
--   runs: runs started that day
--   finished: those of them that finished
--   failed: those that failed
--   killed: those that were killed
--   ended: those that came to an end: finished, failed or killed
--   hours: from start to end of those that ended, in hours, added up
--   hours_lost: the hours of failed and killed runs
select
  d.source,
  d.experiment_id,
  e.name as experiment_name,
  d.day,
  d.runs,
  d.finished,
  d.failed,
  d.killed,
  d.ended,
  d.hours,
  d.hours_lost
from (
  select
    source,
    experiment_id,
    day,
    count(*) as runs,
    count_if(status = 'FINISHED') as finished,
    count_if(status = 'FAILED') as failed,
    count_if(status = 'KILLED') as killed,
    cast(sum(ended) as bigint) as ended,
    coalesce(sum(hours), cast(0 as double)) as hours,
    coalesce(sum(hours_lost), cast(0 as double)) as hours_lost
  from run_facts
  group by source, experiment_id, day
) d
join mirror.experiments e on e.source = d.source and e.experiment_id = d.experiment_id
