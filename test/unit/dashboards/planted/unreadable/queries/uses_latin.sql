-- name: uses_latin
-- title: T
-- grain: one row
-- columns:
--   name: what
select name from latin
