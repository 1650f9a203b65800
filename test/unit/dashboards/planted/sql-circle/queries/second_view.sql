-- name: second_view
-- title: T
-- grain: one row
-- columns:
--   name: what
select name from third_view
