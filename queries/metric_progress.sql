-- name: metric_progress
-- title: Metric progress
-- grain: one row a metric of a run; deleted runs left out
-- columns:
--   source: name of the tracking server
--   experiment_id: id of the experiment
--   experiment_name: name of the experiment
--   run_id: id of the run
--   run_name: name of the run
--   user_name: who ran it; null when the server does not say
--   status: RUNNING, SCHEDULED, FINISHED, FAILED or KILLED
--   started_at: when the run started (UTC)
--   key: name of the metric
--   value: its latest value, in the metric's own unit; may be NaN
--   direction: minimize or maximize, as metric_values guesses it
--   best: best value so far in that direction, by start of the runs
--   is_best: whether this run set it
select
  source,
  experiment_id,
  experiment_name,
  run_id,
  run_name,
  user_name,
  status,
  started_at,
  key,
  value,
  direction,
  case
    when coalesce(gain > gain_before, gain is not null) then number
    when direction = 'minimize' then -gain_before
    else gain_before
  end as best,
  coalesce(gain > gain_before, gain is not null) as is_best
from (
  select
    source,
    experiment_id,
    experiment_name,
    run_id,
    run_name,
    user_name,
    status,
    started_at,
    key,
    value,
    number,
    direction,
    case when direction = 'minimize' then -number else number end as gain,
    max(case when direction = 'minimize' then -number else number end) over (
      -- Texts that come out of a join sort slowly in a window until they are made anew; the other two narrow the scan.
      partition by concat(source, ''), experiment_id, key
      order by started_at nulls last, run_id
      rows between unbounded preceding and 1 preceding
    ) as gain_before
  from metric_values
) progress
