-- name: uses_half
-- title: T
-- grain: one row
-- columns:
--   name: what
select name from half
