-- name: runs
-- title: Runs
-- grain: one row a run, deleted runs included
-- columns:
--   source: name of the tracking server
--   run_id: id of the run, 32 hex digits on most servers
--   experiment_id: id of its experiment, a string
--   run_name: name of the run
--   user_name: tag mlflow.user, else the run's user_id; null when the server has neither
--   status: RUNNING, SCHEDULED, FINISHED, FAILED or KILLED
--   lifecycle_stage: active or deleted
--   start_time: when it started (UTC)
--   end_time: when it ended (UTC); null while it has not
--   artifact_uri: where its artifacts are
--   source_name: tag mlflow.source.name, the script or notebook
--   source_type: tag mlflow.source.type
--   git_commit: tag mlflow.source.git.commit
--   git_branch: tag mlflow.source.git.branch
--   parent_run_id: tag mlflow.parentRunId; null for a top-level run
select
  source,
  run_id,
  experiment_id,
  run_name,
  user_name,
  status,
  lifecycle_stage,
  started_at as start_time,
  utc_timestamp(end_ms) as end_time,
  artifact_uri,
  source_name,
  source_type,
  git_commit,
  git_branch,
  parent_run_id
from mirror.runs
