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
  source,
  experiment_id,
  experiment_name,
  day,
  status,
  runs,
  cast(
    sum(runs) over (
      partition by source, experiment_id, status
      order by day nulls last
      rows between unbounded preceding and current row
    ) as bigint
  ) as cumulative_runs
from (
  select
    source,
    experiment_id,
    experiment_name,
    date_trunc('day', started_at) as day,
    status,
    count(*) as runs
  from active_runs
  group by source, experiment_id, experiment_name, date_trunc('day', started_at), status
) daily
