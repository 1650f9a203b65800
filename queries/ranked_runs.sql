-- name: ranked_runs
-- title: Ranked runs
-- grain: one row a metric of a run; deleted runs left out
-- columns:
--   source: name of the tracking server
--   experiment_id: id of the experiment
--   experiment_name: name of the experiment
--   key: name of the metric
--   run_id: id of the run
--   run_name: name of the run
--   user_name: who ran it; (unknown) when the server does not say
--   status: RUNNING, SCHEDULED, FINISHED, FAILED or KILLED
--   started_at: when the run started (UTC)
--   hours: from start to end, in hours; null while it has not ended
--   value: latest value of the metric, in its own unit; may be NaN
--   direction: minimize or maximize, as metric_keys guesses it
--   place: place in the experiment in that direction, 1 the best; equal values share one; null for NaN
select
  l.source,
  l.experiment_id,
  l.experiment_name,
  l.key,
  l.run_id,
  l.run_name,
  coalesce(l.user_name, '(unknown)') as user_name,
  r.status,
  l.started_at,
  r.hours,
  l.value,
  k.direction,
  case when k.direction = 'minimize' then l.rank_min else l.rank_max end as place
from leaderboard l
join metric_keys k
  on k.source = l.source and k.experiment_id = l.experiment_id and k.key = l.key
join active_runs r on r.source = l.source and r.run_id = l.run_id
