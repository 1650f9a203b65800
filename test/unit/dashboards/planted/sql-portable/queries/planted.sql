-- name: planted
-- title: Planted
-- grain: one row
-- columns:
--   experiment_id: x
--   text: x
--   failed: x
--   fine: x
--   half: x
--   total: x
--   middle: x
--   list: x
--   before: x
--   well: x
select -- Ünïcode, and "count(*) filter (where x)" or x::int in a comment, trigger nothing
  experiment_id,
  'a::int qualify [1]' as text,
  count(*) filter (where status = 'FAILED') as failed,
  cast(count(*) as double) / 2 as fine,
  count(*) / 2 as half,
  sum(1)::bigint as total,
  median(date_diff('millisecond', start_time, end_time)) as middle,
  [status, 'x'] as list,
  max(start_time) - interval 1 day as before,
  max(start_time) - interval '1' day as well
from runs
where status == 'FAILED'
group by all
