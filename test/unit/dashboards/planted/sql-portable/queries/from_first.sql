-- name: from_first
-- title: Planted
-- grain: one row
-- columns:
--   run_id: x
from runs select run_id
