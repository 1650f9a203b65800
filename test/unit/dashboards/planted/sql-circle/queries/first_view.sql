-- name: first_view
-- title: T
-- grain: one row
-- columns:
--   name: what
select name from second_view
