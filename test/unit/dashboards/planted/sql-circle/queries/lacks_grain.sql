-- name: half
-- title: T
-- columns:
--   name: what
select name from experiments
