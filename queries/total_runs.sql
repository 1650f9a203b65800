-- name: total_runs
-- title: Total runs
-- grain: one row an experiment, day and status; deleted runs left out
-- columns:
--   source: name of the tracking server
--   experiment_id: id of the experiment
--   experiment_name: name of the experiment
--   day: midnight of the day the runs started (UTC); null for runs without a start
--   status: RUNNING, SCHEDULED, FINISHED, FAILED or KILLED
--   runs: runs started that day
--   cumulative_runs: runs of this experiment and status started up to and with that day
select
  d.source,
  d.experiment_id,
  e.name as experiment_name,
  d.day,
  d.status,
  d.runs,
  cast(
    sum(d.runs) over (
      partition by d.source, d.experiment_id, d.status
      order by d.day nulls last
      rows between unbounded preceding and current row
    ) as bigint
  ) as cumulative_runs
from (
  select source, experiment_id, day, status, count(*) as runs
  from run_facts
  group by source, experiment_id, day, status
) d
join mirror.experiments e on e.source = d.source and e.experiment_id = d.experiment_id
