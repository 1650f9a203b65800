-- name: leaderboard
-- title: Leaderboard
-- grain: one row a metric of a run; deleted runs left out
-- columns:
--   source: name of the tracking server
--   experiment_id: id of the experiment
--   experiment_name: name of the experiment
--   key: name of the metric
--   run_id: id of the run
--   run_name: name of the run
--   user_name: who ran it; null when the server does not say
--   started_at: when the run started (UTC)
--   value: latest value of the metric, in its own unit; may be NaN
--   rank_max: place in the experiment when more is better, 1 the best; equal values share one; null for NaN
--   rank_min: place when less is better, likewise
select
  source,
  experiment_id,
  experiment_name,
  key,
  run_id,
  run_name,
  user_name,
  started_at,
  value,
  case
    when number is not null
    then rank() over (partition by source, experiment_id, key order by number desc nulls last)
  end as rank_max,
  case
    when number is not null
    then rank() over (partition by source, experiment_id, key order by number asc nulls last)
  end as rank_min
from metric_values
