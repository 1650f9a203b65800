-- name: latin
-- title: Größe
-- grain: one row
-- columns:
--   name: what
select name from experiments
