-- name: metric_steps
-- title: Metrics in steps
-- grain: one row a finite metric of a run, with the step it lies in; deleted runs left out, and +-1.797e308, a SQL store's infinities
-- columns:
--   source: name of the tracking server
--   experiment_id: id of the experiment
--   key: name of the metric
--   user_name: who ran the run; (unknown) when the server does not say
--   status: RUNNING, SCHEDULED, FINISHED, FAILED or KILLED
--   low: where the step begins, in the metric's own unit: forty equal steps from the experiment's lowest value to its highest
--   high: where it ends
select
  source,
  experiment_id,
  key,
  user_name,
  status,
  lowest + step * width as low,
  lowest + (step + cast(1 as double)) * width as high
from (
  select
    source,
    experiment_id,
    key,
    user_name,
    status,
    lowest,
    width,
    -- The highest value belongs to the last step; where all are equal there is but one.
    case
      when width > cast(0 as double)
      then least(floor((value - lowest) / width), cast(39 as double))
      else cast(0 as double)
    end as step
  from (
    select
      r.source,
      r.experiment_id,
      m.key,
      coalesce(r.user_name, '(unknown)') as user_name,
      r.status,
      m.value,
      -- Texts that come out of a join sort slowly in a window until they are made anew; the other two narrow the scan.
      min(m.value) over (partition by concat(r.source, ''), r.experiment_id, m.key) as lowest,
      max(m.value) over (partition by concat(r.source, ''), r.experiment_id, m.key) / cast(40 as double)
        - min(m.value) over (partition by concat(r.source, ''), r.experiment_id, m.key) / cast(40 as double)
        as width
    from mirror.metrics m
    join active_runs r on r.run_no = m.run_no
    -- Neither infinite, which SQL stores keep as the largest number there is, nor NaN, which no engine finds below one.
    where m.value > cast('-1.797e308' as double) and m.value < cast('1.797e308' as double)
  ) finite
) steps
