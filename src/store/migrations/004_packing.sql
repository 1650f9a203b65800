-- Texts are packed in one way, told beforehand: keys by a dictionary, values by common parts. To try every
-- way for each piece takes a third of the time to write params, and comes to the same choice. (The clause is
-- DuckDB's own, like its PRAGMA force_compression; what cannot be packed so is stored as it is.)

create table mirror.packed_metrics (
  run_no bigint not null,
  key varchar not null using compression dictionary,
  value double not null,
  step bigint not null,
  logged_ms bigint not null
);
insert into mirror.packed_metrics select * from mirror.metrics;
drop table mirror.metrics;
alter table mirror.packed_metrics rename to metrics;

create table mirror.packed_params (
  run_no bigint not null,
  key varchar not null using compression dictionary,
  value varchar not null using compression fsst
);
insert into mirror.packed_params select * from mirror.params;
drop table mirror.params;
alter table mirror.packed_params rename to params;

create table mirror.packed_tags (
  run_no bigint not null,
  key varchar not null using compression dictionary,
  value varchar not null using compression fsst
);
insert into mirror.packed_tags select * from mirror.tags;
drop table mirror.tags;
alter table mirror.packed_tags rename to tags;
