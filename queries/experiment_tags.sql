-- name: experiment_tags
-- title: Experiment tags
-- grain: one row a tag of an experiment
-- columns:
--   source: name of the tracking server
--   experiment_id: id of the experiment
--   key: name of the tag
--   value: its value
select source, experiment_id, key, value from mirror.experiment_tags
