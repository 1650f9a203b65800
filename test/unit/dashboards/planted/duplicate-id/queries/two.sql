-- name: planted
-- title: Planted
-- grain: one row
-- columns:
--   n: a number
select 2 as n
