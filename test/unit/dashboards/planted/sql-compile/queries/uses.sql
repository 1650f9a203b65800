-- name: uses
-- title: Planted
-- grain: one row
-- columns:
--   n: a number
select n from planted
