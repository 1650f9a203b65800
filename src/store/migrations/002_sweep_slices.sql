-- A large experiment is walked in several slices of start times at once: the sweep remembers each of them.
-- A sweep that was under way begins anew.
delete from mirror.sweep_seen;
drop table mirror.sweep_progress;

-- The sweep under way, one row an experiment; empty between sweeps. It outlives a restart.
create table mirror.sweep_progress (
  source varchar not null,
  experiment_id varchar not null,
  started_ms bigint not null,             -- when its walk began
  open_slices varchar not null,           -- JSON: [[from, below], …], each int64 ms as a string or null
  primary key (source, experiment_id)
);
