-- name: metric_days
-- title: Metrics by day
-- grain: one row a metric name in an experiment and day; deleted runs left out
-- columns:
--   source: name of the tracking server
--   experiment_id: id of the experiment
--   key: name of the metric
--   direction: minimize or maximize, as metric_values guesses it
--   day: midnight of the day the runs started (UTC); null for runs without a start
--   median: median of the values of that day, in the metric's own unit, without NaN
--   p10: their 10th percentile
--   p90: their 90th percentile
--   runs: runs of that day with the metric, NaN included
select
  source,
  experiment_id,
  key,
  min(direction) as direction,
  day,
  approx_percentile(number, 0.5) as median,
  approx_percentile(number, 0.1) as p10,
  approx_percentile(number, 0.9) as p90,
  count(*) as runs
from (
  select source, experiment_id, key, direction, number, date_trunc('day', started_at) as day
  from metric_values
) points
group by source, experiment_id, key, day
