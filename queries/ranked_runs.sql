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
--   direction: minimize or maximize, as metric_values guesses it
--   place: place in the experiment in that direction, 1 the best; equal values share one; null for NaN
select
  source,
  experiment_id,
  experiment_name,
  key,
  run_id,
  run_name,
  coalesce(user_name, '(unknown)') as user_name,
  status,
  started_at,
  hours,
  value,
  direction,
  case
    when number is not null
    then rank() over (
      -- Texts that come out of a join sort slowly in a window until they are made anew; the other two narrow the scan.
      partition by concat(source, ''), experiment_id, key
      order by case when direction = 'minimize' then number else -number end asc nulls last
    )
  end as place
from metric_values
