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
--   direction: minimize or maximize, guessed from the name: errors, losses, times and sizes are better low
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
    when substr(m.words, 1, 5) = '_neg_'
      or strpos(m.words, '_per_s_') > 0
      or strpos(m.words, '_per_sec_') > 0
      or strpos(m.words, '_per_second_') > 0
    then 'maximize'
    when m.words like '%loss%'
      or m.words like '%error%'
      or m.words like '%rmse%'
      or m.words like '%mae%'
      or m.words like '%mse%'
      or m.words like '%mape%'
      or m.words like '%perplexity%'
      or m.words like '%deviance%'
      or m.words like '%divergence%'
      or m.words like '%regret%'
      or m.words like '%brier%'
      or m.words like '%latency%'
      or m.words like '%duration%'
      or m.words like '%seconds%'
      or m.words like '%time%'
      or m.words like '%cost%'
      or strpos(m.words, '_ms_') > 0
      or strpos(m.words, '_kb_') > 0
      or strpos(m.words, '_kib_') > 0
      or strpos(m.words, '_mb_') > 0
      or strpos(m.words, '_mib_') > 0
      or strpos(m.words, '_gb_') > 0
      or strpos(m.words, '_gib_') > 0
      or m.words like '%bytes%'
      or strpos('|_wer_|_cer_|_nll_|_ece_|_fpr_|_fnr_|', concat('|', m.words, '|')) > 0
    then 'minimize'
    else 'maximize'
  end as direction
from (
  -- Words between underscores, at both ends too: a unit is a whole word, or rmse would be in ms.
  select
    run_no,
    key,
    value,
    step,
    concat('_', replace(replace(replace(lower(key), '/', '_'), '.', '_'), '-', '_'), '_') as words
  from mirror.metrics
) m
join active_runs r on r.run_no = m.run_no
