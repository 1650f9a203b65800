-- name: qualify
-- title: Planted
-- grain: one row
-- columns:
--   run_id: x
select * exclude (n)
from (select run_id, 1 as n from runs) numbered
qualify row_number() over (partition by run_id order by run_id) = 1
