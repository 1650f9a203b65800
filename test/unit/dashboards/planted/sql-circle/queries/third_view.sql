-- name: third_view
-- title: T
-- grain: one row
-- columns:
--   name: what
select name from first_view
