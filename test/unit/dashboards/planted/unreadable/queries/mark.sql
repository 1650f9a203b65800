
-- name: mark
-- title: T
-- grain: one row
-- columns:
--   name: what
select name
from experiments
where nam is null
