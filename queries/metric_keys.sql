-- name: metric_keys
-- title: Metric keys
-- grain: one row a metric name in an experiment; deleted runs left out
-- columns:
--   source: name of the tracking server
--   experiment_id: id of the experiment
--   key: name of the metric
--   runs: runs that have it
--   first_started_at: start of the first of them (UTC)
--   last_started_at: start of the last (UTC)
--   direction: minimize or maximize, as metric_values guesses it
--   best: best value in that direction, in the metric's own unit; null when all are NaN
select
  source,
  experiment_id,
  key,
  count(*) as runs,
  min(started_at) as first_started_at,
  max(started_at) as last_started_at,
  min(direction) as direction,
  case when min(direction) = 'minimize' then min(number) else max(number) end as best
from metric_values
group by source, experiment_id, key
