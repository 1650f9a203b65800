-- name: metric_points
-- title: Metric history
-- grain: one row a logged point of a metric (opt-in: empty unless metric history is mirrored)
-- columns:
--   source: name of the tracking server
--   run_id: id of the run
--   key: name of the metric
--   step: step of the point
--   logged_at: when it was logged (UTC)
--   value: its value
select
  r.source,
  r.run_id,
  p.key,
  p.step,
  utc_timestamp(p.logged_ms) as logged_at,
  p.value
from mirror.metric_points p
join mirror.runs r on r.run_no = p.run_no
