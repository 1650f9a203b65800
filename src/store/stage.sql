-- Spooled answers -> one row a run in a temporary table. The engine reads the server's bytes itself:
-- int64 and special doubles stay exact, and the event loop is free meanwhile. The content hash covers all
-- that the server says of a run, the others a part of it. Servers list keys in any order: the hashes of the
-- entries are added up instead of sorting them (a fifth of the reading), hashed twice since the first only
-- xors key and value, which could cancel out in a sum. Zeros of either sign hash alike: keys of negative
-- ones come on top.
create or replace temp table stage as
select
  info,
  metrics,
  params,
  tags,
  datasets,
  page,
  hash(info, metrics_sum, params_sum, tags_sum, list_sort(inputs), negative_zeros) as content_hash,
  hash(metrics_sum, negative_zeros) as metrics_hash,
  hash(params_sum) as params_hash,
  hash(tags_sum) as tags_hash
from (
  select
    info,
    coalesce(data.metrics, []) as metrics,
    coalesce(data.params, []) as params,
    coalesce(data.tags, []) as tags,
    coalesce(inputs.dataset_inputs, []) as datasets,
    filename as page,
    inputs.dataset_inputs as inputs,
    list_sum(list_transform(data.metrics, m -> hash(hash(m)))) as metrics_sum,
    list_sum(list_transform(data.params, p -> hash(hash(p)))) as params_sum,
    list_sum(list_transform(data.tags, t -> hash(hash(t)))) as tags_sum,
    list_sort(
      list_transform(list_filter(data.metrics, m -> m.value = 0 and signbit(m.value)), m -> m.key)
    ) as negative_zeros
  from
    read_json(
      $1::varchar[],
      format = 'array',
      filename = true,
      maximum_object_size = $2::integer,
      columns = {
        info: 'struct(run_id varchar, run_uuid varchar, experiment_id varchar, run_name varchar, user_id varchar,
          status varchar, start_time bigint, end_time bigint, artifact_uri varchar, lifecycle_stage varchar)',
        data: 'struct(metrics struct("key" varchar, "value" double, "timestamp" bigint, step bigint)[],
          params struct("key" varchar, "value" varchar)[], tags struct("key" varchar, "value" varchar)[])',
        inputs: 'struct(dataset_inputs struct(tags struct("key" varchar, "value" varchar)[],
          dataset struct(name varchar, digest varchar, source_type varchar, source varchar))[])'
      }
    )
) read;
