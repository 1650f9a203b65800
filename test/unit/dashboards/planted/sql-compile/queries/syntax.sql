-- name: syntax
-- title: Planted
-- grain: one row
-- columns:
--   n: a number
selec 1 as n
