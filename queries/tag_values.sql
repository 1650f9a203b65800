-- name: tag_values
-- title: Values of tags
-- grain: one row a value of a tag in an experiment; deleted runs left out
-- columns:
--   source: name of the tracking server
--   experiment_id: id of the experiment
--   experiment_name: name of the experiment
--   key: name of the tag
--   value: its value; an empty string is a value
--   first_started_at: when the first run with it started (UTC)
--   last_started_at: when the last run with it started (UTC)
--   runs: runs with it
select
  r.source,
  r.experiment_id,
  r.experiment_name,
  t.key,
  t.value,
  min(r.started_at) as first_started_at,
  max(r.started_at) as last_started_at,
  count(*) as runs
from mirror.tags t
join active_runs r on r.run_no = t.run_no
group by r.source, r.experiment_id, r.experiment_name, t.key, t.value
