-- title: Weekly runs
-- name: wekly_runs
-- grain: one row
-- columns:
--   n: a number
select 1 as n
