-- A run that ends, or whose name changes, keeps its thousands of metrics: what of it changed is told by a
-- hash of each part, so that only that is written. Null for runs of an earlier build: all is written once.
alter table mirror.runs add column metrics_hash ubigint;
alter table mirror.runs add column params_hash ubigint;
alter table mirror.runs add column tags_hash ubigint;
