-- name: params
-- title: Params
-- grain: one row a param of a run
-- columns:
--   source: name of the tracking server
--   run_id: id of the run
--   key: name of the param
--   value: its value; an empty string is a value
select
  r.source,
  r.run_id,
  c.key,
  c.value
from mirror.params c
join mirror.runs r on r.run_no = c.run_no
