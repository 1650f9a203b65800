-- name: planted
-- title: Planted
-- grain: one row
-- columns:
--   n: a number
--   gone: never there
select 1 as n, 2 as m
