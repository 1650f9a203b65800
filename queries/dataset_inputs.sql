-- name: dataset_inputs
-- title: Dataset inputs
-- grain: one row a dataset that a run logged as input
-- columns:
--   source: name of the tracking server
--   run_id: id of the run
--   name: name of the dataset
--   digest: fingerprint of its content
--   context: tag mlflow.data.context, such as training; null when not said
--   source_type: kind of place it came from, such as local or http
--   source_uri: its address there, from the source's uri, url or path; else the source as logged
select
  r.source,
  r.run_id,
  d.name,
  d.digest,
  d.context,
  d.source_type,
  d.source_uri
from mirror.dataset_inputs d
join mirror.runs r on r.run_no = d.run_no
