-- name: metrics
-- title: Metrics
-- grain: one row a metric of a run: its latest value, as the server defines latest (highest step, then time)
-- columns:
--   source: name of the tracking server
--   run_id: id of the run
--   key: name of the metric
--   value: latest value; NaN and infinities as logged (a SQL store turns infinities into +-1.797e308)
--   step: step of that value
--   logged_at: when that value was logged (UTC)
select
  r.source,
  r.run_id,
  m.key,
  m.value,
  m.step,
  utc_timestamp(m.logged_ms) as logged_at
from mirror.metrics m
join mirror.runs r on r.run_no = m.run_no
