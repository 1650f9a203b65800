-- name: planted
-- title: Planted
-- grain: one row
-- columns:
--   n: a number
select
  missing as n
from runs
