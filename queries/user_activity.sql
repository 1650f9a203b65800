-- name: user_activity
-- title: User activity
-- grain: one row a user; deleted runs left out
-- columns:
--   source: name of the tracking server
--   user_name: who; (unknown) when the server does not say
--   runs: the user's runs
--   failed_runs: those of them that failed
--   first_run_at: start of the first (UTC)
--   last_run_at: start of the last (UTC)
--   experiments: experiments the user has runs in
--   hours: from start to end of the runs that ended, in hours, added up
--   share: the user's part of all runs of the source, 0 to 1
select
  source,
  user_name,
  runs,
  failed_runs,
  first_run_at,
  last_run_at,
  experiments,
  hours,
  cast(runs as double) / cast(sum(runs) over (partition by source) as double) as share
from (
  select
    source,
    user_name,
    count(*) as runs,
    count_if(status = 'FAILED') as failed_runs,
    min(started_at) as first_run_at,
    max(started_at) as last_run_at,
    count(distinct experiment_id) as experiments,
    coalesce(sum(hours), cast(0 as double)) as hours
  from run_facts
  group by source, user_name
) users
