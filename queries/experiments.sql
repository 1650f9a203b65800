-- name: experiments
-- title: Experiments
-- grain: one row an experiment, deleted ones included
-- columns:
--   source: name of the tracking server
--   experiment_id: id of the experiment, a string (file stores use 18 digits)
--   name: name of the experiment
--   lifecycle_stage: active or deleted
--   artifact_location: where its runs keep their artifacts
--   creation_time: when it was made (UTC)
--   last_update_time: when it was last renamed, deleted or restored (UTC); new runs do not move it
select
  source,
  experiment_id,
  name,
  lifecycle_stage,
  artifact_location,
  utc_timestamp(creation_ms) as creation_time,
  utc_timestamp(last_update_ms) as last_update_time
from mirror.experiments
