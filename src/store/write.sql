-- Staged runs -> the mirror: new and changed runs, as stage_plan says.
create or replace temp table stage_write as
select stage_no, run_no, metrics_changed, params_changed, tags_changed
from stage_plan
where action <> 'unchanged';

create or replace temp table stage_old as
select run_no, metrics_changed, params_changed, tags_changed from stage_plan where action = 'update';
delete from mirror.metrics where run_no in (select run_no from stage_old where metrics_changed);
delete from mirror.params where run_no in (select run_no from stage_old where params_changed);
delete from mirror.tags where run_no in (select run_no from stage_old where tags_changed);
delete from mirror.dataset_inputs where run_no in (select run_no from stage_old);
delete from mirror.runs where run_no in (select run_no from stage_old);

create or replace temp table stage_tags as
select run_no, tags_changed, tag.key as key, coalesce(tag.value, '') as value
from (
  select w.run_no, w.tags_changed, unnest(s.tags) as tag
  from stage_write w
  join stage s on s.rowid = w.stage_no
);

insert into mirror.runs
select
  w.run_no,
  getvariable('source'),
  s.info.run_id,
  s.info.experiment_id,
  coalesce(nullif(s.info.run_name, ''), t.run_name),
  coalesce(nullif(t.user_name, ''), nullif(s.info.user_id, '')),
  coalesce(s.info.status, 'RUNNING'),
  coalesce(s.info.lifecycle_stage, 'active'),
  s.info.start_time,
  s.info.end_time,
  s.info.artifact_uri,
  t.source_name,
  t.source_type,
  t.git_commit,
  t.git_branch,
  t.parent_run_id,
  s.content_hash,
  utc_timestamp(s.info.start_time),
  date_trunc('day', utc_timestamp(s.info.start_time)),
  s.metrics_hash,
  s.params_hash,
  s.tags_hash
from stage_write w
join stage s on s.rowid = w.stage_no
left join (
  select
    run_no,
    max(case when key = 'mlflow.runName' then value end) as run_name,
    max(case when key = 'mlflow.user' then value end) as user_name,
    max(case when key = 'mlflow.source.name' then value end) as source_name,
    max(case when key = 'mlflow.source.type' then value end) as source_type,
    max(case when key = 'mlflow.source.git.commit' then value end) as git_commit,
    max(case when key = 'mlflow.source.git.branch' then value end) as git_branch,
    max(case when key = 'mlflow.parentRunId' then value end) as parent_run_id
  from stage_tags
  where key like 'mlflow.%'
  group by run_no
) t on t.run_no = w.run_no
order by w.run_no;

-- Sorted by key: a filter on one key then reads a few row groups of each batch, not all. By the key's
-- place in the alphabet, a number: sorting the strings takes twice as long.
create or replace temp table stage_keys as
select key, row_number() over (order by key)::integer as place
from (select distinct unnest(metrics).key as key from stage) k;

insert into mirror.metrics
select
  x.run_no,
  x.m.key,
  case when x.m.value <> 0 then x.m.value else 0 end,
  coalesce(x.m.step, 0),
  coalesce(x.m.timestamp, 0),
  coalesce(x.m.value = 0 and signbit(x.m.value), false)
from (
  select w.run_no, unnest(s.metrics) as m
  from stage_write w
  join stage s on s.rowid = w.stage_no
  where w.metrics_changed
) x
left join stage_keys k on k.key = x.m.key
order by k.place, x.run_no;

insert into mirror.params
select run_no, p.key, coalesce(p.value, '')
from (
  select w.run_no, unnest(s.params) as p
  from stage_write w
  join stage s on s.rowid = w.stage_no
  where w.params_changed
);

insert into mirror.tags select run_no, key, value from stage_tags where tags_changed;

insert into mirror.dataset_inputs
select
  run_no,
  d.dataset.name,
  d.dataset.digest,
  list_filter(d.tags, t -> t.key = 'mlflow.data.context')[1].value,
  d.dataset.source_type,
  coalesce(
    case
      when json_valid(d.dataset.source) then
        coalesce(
          d.dataset.source ->> '$.uri',
          d.dataset.source ->> '$.url',
          d.dataset.source ->> '$.path'
        )
    end,
    d.dataset.source
  )
from (
  select w.run_no, unnest(s.datasets) as d
  from stage_write w
  join stage s on s.rowid = w.stage_no
);

update mirror.state
set next_run_no = next_run_no + (select count(*) from stage_plan where action = 'insert');

drop table temp.stage_write;
drop table temp.stage_old;
drop table temp.stage_keys;
drop table temp.stage_tags;
