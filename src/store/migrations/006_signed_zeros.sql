-- A zero's sign stands beside the number: where a piece of a column holds zeros of both signs and nothing
-- else, the engine packs it as one constant, and 0 came out as -0 or the reverse. What reads the table
-- still reads "value". Runs that have a zero are written anew by the next sweep: their signs may be gone.

create table mirror.signed_metrics (
  run_no bigint not null,
  key varchar not null using compression dictionary,
  stored double not null,                 -- the value; a zero without its sign
  step bigint not null,
  logged_ms bigint not null,
  minus_zero boolean not null default false,
  value double generated always as (case when minus_zero then -0e0 else stored end) virtual
);
insert into mirror.signed_metrics
select run_no, key, case when value = 0 then 0 else value end, step, logged_ms, value = 0 and signbit(value)
from mirror.metrics;
drop table mirror.metrics;
alter table mirror.signed_metrics rename to metrics;

update mirror.runs
set content_hash = 0, metrics_hash = null
where run_no in (select run_no from mirror.metrics where stored = 0);
