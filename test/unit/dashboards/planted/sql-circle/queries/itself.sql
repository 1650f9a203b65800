-- name: itself
-- title: T
-- grain: one row
-- columns:
--   name: what
select name
from itself
