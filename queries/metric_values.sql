-- name: metric_values
-- title: Metric values
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
--   hours: from start to end of the run, in hours; null while it has not ended
--   key: name of the metric
--   value: its latest value, in the metric's own unit; may be NaN
--   number: the value where it can be compared; null for NaN
--   step: step of that value
--   direction: minimize or maximize, guessed from the name: errors, losses and times are better low
select
  r.source,
  r.experiment_id,
  r.experiment_name,
  r.run_id,
  r.run_name,
  r.user_name,
  r.status,
  r.started_at,
  r.hours,
  m.key,
  m.value,
  -- No NaN is below infinity, in any engine; what is left can be compared.
  case when m.value <= cast('Infinity' as double) then m.value end as number,
  m.step,
  case
    when substr(lower(m.key), 1, 4) = 'neg_' then 'maximize'
    when lower(m.key) like '%loss%'
      or lower(m.key) like '%error%'
      or lower(m.key) like '%rmse%'
      or lower(m.key) like '%mae%'
      or lower(m.key) like '%mse%'
      or lower(m.key) like '%mape%'
      or lower(m.key) like '%perplexity%'
      or lower(m.key) like '%deviance%'
      or lower(m.key) like '%divergence%'
      or lower(m.key) like '%regret%'
      or lower(m.key) like '%brier%'
      or lower(m.key) like '%latency%'
      or lower(m.key) like '%duration%'
      or lower(m.key) like '%seconds%'
      or lower(m.key) like '%time%'
      or lower(m.key) like '%cost%'
      or lower(m.key) in ('wer', 'cer', 'nll', 'ece', 'fpr', 'fnr')
    then 'minimize'
    else 'maximize'
  end as direction
from mirror.metrics m
join active_runs r on r.run_no = m.run_no
