-- name: planted
-- title: Planted
-- grain: one row
-- columns:
--   n: a number
select 1 as n
