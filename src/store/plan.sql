-- Which of the staged runs are new, changed or neither: only the first two are written.

-- A run read twice (pages overlap) counts once: the later page wins.
create or replace temp table stage_plan as
select
  k.stage_no,
  k.run_id,
  r.run_no as old_no,
  case
    when r.run_no is null then 'insert'
    when r.content_hash <> s.content_hash then 'update'
    else 'unchanged'
  end as action
from (
  select max_by(rowid, page) as stage_no, info.run_id as run_id from stage group by info.run_id
) k
join stage s on s.rowid = k.stage_no
left join mirror.runs r on r.source = getvariable('source') and r.run_id = k.run_id;
