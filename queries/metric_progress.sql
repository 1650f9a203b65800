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
--   direction: minimize or maximize, as metric_keys guesses it
--   best: best value so far in that direction, by start of the runs
--   is_best: whether this run set it
--   day: midnight of the day the run started (UTC)
--   daily_median: median of the values of that day
--   daily_p10: their 10th percentile
--   daily_p90: their 90th percentile
--   daily_runs: runs of that day with the metric
select
  t.source,
  t.experiment_id,
  t.experiment_name,
  t.run_id,
  t.run_name,
  t.user_name,
  t.status,
  t.started_at,
  t.key,
  t.value,
  k.direction,
  case when k.direction = 'minimize' then t.best_min else t.best_max end as best,
  case when k.direction = 'minimize' then t.is_best_min else t.is_best_max end as is_best,
  t.day,
  t.daily_median,
  t.daily_p10,
  t.daily_p90,
  t.daily_runs
from metric_trends t
join metric_keys k
  on k.source = t.source and k.experiment_id = t.experiment_id and k.key = t.key
