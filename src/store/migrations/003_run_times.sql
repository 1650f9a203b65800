-- Times of runs as views ask for them, beside the exact numbers: a condition on a column is tested while
-- the table is read, one on an expression over it for every row; and cutting a million times to their
-- days takes as long as counting them. Both are null where utc_timestamp (macros.sql) is.
alter table mirror.runs rename to runs_before;

create table mirror.runs (
  run_no bigint not null,
  source varchar not null,
  run_id varchar not null,
  experiment_id varchar not null,
  run_name varchar,
  user_name varchar,
  status varchar not null,
  lifecycle_stage varchar not null,
  start_ms bigint,
  end_ms bigint,
  artifact_uri varchar,
  source_name varchar,
  source_type varchar,
  git_commit varchar,
  git_branch varchar,
  parent_run_id varchar,
  content_hash ubigint not null,          -- of all that the server said about the run
  started_at timestamp,                   -- start_ms as a time
  started_day timestamp                   -- midnight of its day
);

insert into mirror.runs
select
  r.*,
  case when start_ms between -9223372022400000 and 9223372036854775 then epoch_ms(start_ms) end,
  date_trunc(
    'day',
    case when start_ms between -9223372022400000 and 9223372036854775 then epoch_ms(start_ms) end
  )
from mirror.runs_before r
order by run_no;

drop table mirror.runs_before;
