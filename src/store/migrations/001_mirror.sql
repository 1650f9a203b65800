-- The physical mirror. What readers see are the views in queries/; these tables may change shape.
-- A run has a number of its own (run_no) and its child rows carry that instead of (source, run_id):
-- a third less file. No primary keys on child tables: they make upserts eight times slower. The one
-- writer keeps (run_no, key) unique. Times are int64 milliseconds since 1970 UTC, as the server sends them.

create table mirror.sources (
  source varchar primary key,
  tracking_uri varchar not null,          -- without credentials; guards against pointing a name elsewhere
  last_sync_at bigint,                    -- end of the last completed sync
  last_sweep_at bigint,                   -- end of the last completed sweep
  sweep_took_ms bigint                    -- time spent in it, over all its slices
);

create table mirror.experiments (
  source varchar not null,
  experiment_id varchar not null,
  name varchar not null,
  lifecycle_stage varchar not null,
  artifact_location varchar,
  creation_ms bigint,
  last_update_ms bigint,
  content_hash ubigint not null,
  primary key (source, experiment_id)
);

create table mirror.experiment_tags (
  source varchar not null,
  experiment_id varchar not null,
  key varchar not null,
  value varchar not null
);

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
  content_hash ubigint not null           -- of all that the server said about the run
);

create table mirror.metrics (
  run_no bigint not null,
  key varchar not null,
  value double not null,
  step bigint not null,
  logged_ms bigint not null
);

create table mirror.params (run_no bigint not null, key varchar not null, value varchar not null);

create table mirror.tags (run_no bigint not null, key varchar not null, value varchar not null);

create table mirror.dataset_inputs (
  run_no bigint not null,
  name varchar not null,
  digest varchar not null,
  context varchar,
  source_type varchar,
  source_uri varchar
);

create table mirror.metric_points (
  run_no bigint not null,
  key varchar not null,
  step bigint not null,
  logged_ms bigint not null,
  value double not null
);

create table mirror.syncs (
  sync_id bigint primary key,
  source varchar not null,
  mode varchar not null,
  started_ms bigint not null,
  finished_ms bigint,
  status varchar not null,                -- running, completed, failed, interrupted
  requests bigint not null default 0,
  retries bigint not null default 0,
  runs_seen bigint not null default 0,
  inserted bigint not null default 0,
  updated bigint not null default 0,
  unchanged bigint not null default 0,
  removed bigint not null default 0,
  data_version bigint,
  error varchar
);

-- Up to where an experiment is mirrored: the next refresh asks from here, less an overlap. A row is there
-- once the experiment has been walked to its end.
create table mirror.cursors (
  source varchar not null,
  experiment_id varchar not null,
  start_ms bigint not null,
  end_ms bigint not null,
  primary key (source, experiment_id)
);

-- The sweep under way, one row an experiment; empty between sweeps. It outlives a restart.
create table mirror.sweep_progress (
  source varchar not null,
  experiment_id varchar not null,
  started_ms bigint not null,             -- when its walk began
  position_ms bigint,                     -- start time to go on from; null at the beginning
  done boolean not null,
  primary key (source, experiment_id)
);

-- The runs that the sweep under way has met. No key: it is only appended to and joined.
create table mirror.sweep_seen (source varchar not null, run_no bigint not null);

-- One row: counts the commits that changed what readers see, and the next free run number.
create table mirror.state (data_version bigint not null, next_run_no bigint not null);
insert into mirror.state values (0, 1);
