-- name: hours
-- title: T
-- grain: one row
-- columns:
--   name: what
select name from experiments
