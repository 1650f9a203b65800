-- name: metric_trends
-- title: Metric trends
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
--   step: step of that value
--   direction: minimize or maximize, as metric_values guesses it
--   best_max: highest value so far, by start of the runs, in this experiment; NaN never counts
--   best_min: lowest value so far, likewise
--   is_best_max: whether this run is the first with its best_max
--   is_best_min: whether this run is the first with its best_min
--   day: midnight of the day the run started (UTC)
--   daily_median: median of the values of that day, without NaN
--   daily_p10: their 10th percentile
--   daily_p90: their 90th percentile
--   daily_runs: runs of that day with the metric, NaN included
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
  step,
  direction,
  best_max,
  best_min,
  coalesce(number > max_before, number is not null) as is_best_max,
  coalesce(number < min_before, number is not null) as is_best_min,
  day,
  daily_median,
  daily_p10,
  daily_p90,
  daily_runs
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
    step,
    direction,
    day,
    number,
    max(number) over (
      partition by source, experiment_id, key
      order by started_at nulls last, run_id
      rows between unbounded preceding and current row
    ) as best_max,
    max(number) over (
      partition by source, experiment_id, key
      order by started_at nulls last, run_id
      rows between unbounded preceding and 1 preceding
    ) as max_before,
    min(number) over (
      partition by source, experiment_id, key
      order by started_at nulls last, run_id
      rows between unbounded preceding and current row
    ) as best_min,
    min(number) over (
      partition by source, experiment_id, key
      order by started_at nulls last, run_id
      rows between unbounded preceding and 1 preceding
    ) as min_before,
    approx_percentile(number, 0.5) over (partition by source, experiment_id, key, day)
      as daily_median,
    approx_percentile(number, 0.1) over (partition by source, experiment_id, key, day)
      as daily_p10,
    approx_percentile(number, 0.9) over (partition by source, experiment_id, key, day)
      as daily_p90,
    count(*) over (partition by source, experiment_id, key, day) as daily_runs
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
      step,
      direction,
      date_trunc('day', started_at) as day
    from metric_values
  ) points
) trends
