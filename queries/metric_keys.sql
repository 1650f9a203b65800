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
--   direction: minimize or maximize, guessed from the name: errors, losses and times are better low
select
  source,
  experiment_id,
  key,
  runs,
  first_started_at,
  last_started_at,
  case
    when substr(lower(key), 1, 4) = 'neg_' then 'maximize'
    when lower(key) like '%loss%'
      or lower(key) like '%error%'
      or lower(key) like '%rmse%'
      or lower(key) like '%mae%'
      or lower(key) like '%mse%'
      or lower(key) like '%mape%'
      or lower(key) like '%perplexity%'
      or lower(key) like '%deviance%'
      or lower(key) like '%divergence%'
      or lower(key) like '%regret%'
      or lower(key) like '%brier%'
      or lower(key) like '%latency%'
      or lower(key) like '%duration%'
      or lower(key) like '%seconds%'
      or lower(key) like '%time%'
      or lower(key) like '%cost%'
      or lower(key) in ('wer', 'cer', 'nll', 'ece', 'fpr', 'fnr')
    then 'minimize'
    else 'maximize'
  end as direction
from (
  select
    r.source,
    r.experiment_id,
    m.key,
    count(*) as runs,
    min(r.started_at) as first_started_at,
    max(r.started_at) as last_started_at
  from mirror.metrics m
  join active_runs r on r.run_no = m.run_no
  group by r.source, r.experiment_id, m.key
) keys
