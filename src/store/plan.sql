-- Which of the staged runs are new, changed or neither, and the number of each in the mirror: only the
-- first two are written, and of a changed one only the parts that changed.

-- A run read twice (pages overlap) counts once: the later page wins.
create or replace temp table stage_plan as
select
  stage_no,
  coalesce(
    old_no,
    (select next_run_no from mirror.state)
      + row_number() over (partition by old_no is null order by stage_no) - 1
  ) as run_no,
  case
    when old_no is null then 'insert'
    when old_hash <> new_hash then 'update'
    else 'unchanged'
  end as action,
  metrics_changed,
  params_changed,
  tags_changed
from (
  select
    k.stage_no,
    s.content_hash as new_hash,
    r.run_no as old_no,
    r.content_hash as old_hash,
    r.metrics_hash is distinct from s.metrics_hash as metrics_changed,
    r.params_hash is distinct from s.params_hash as params_changed,
    r.tags_hash is distinct from s.tags_hash as tags_changed
  from (
    select max_by(rowid, page) as stage_no, info.run_id as run_id from stage group by info.run_id
  ) k
  join stage s on s.rowid = k.stage_no
  left join mirror.runs r on r.source = getvariable('source') and r.run_id = k.run_id
) matched;
