-- name: planted
-- title: Planted
-- grain: one row
-- columns:
--   n: a number
select
  row_number() over (
    partition by source
    order by start_time, run_id
  ) as n
from runs
order by end_time desc nulls last
