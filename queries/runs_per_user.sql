-- name: runs_per_user
-- title: Runs per user
-- grain: one row a user and week; deleted runs left out
-- columns:
--   source: name of the tracking server
--   user_name: who ran them; (unknown) when the server does not say
--   week: midnight of the Monday of the week the runs started (UTC); null for runs without a start
--   runs: runs started that week
--   failed_runs: those of them that failed
--   total_runs: the user's runs of all weeks
--   share: the user's part of all runs of the source, 0 to 1
select
  source,
  user_name,
  week,
  runs,
  failed_runs,
  cast(sum(runs) over (partition by source, user_name) as bigint) as total_runs,
  cast(sum(runs) over (partition by source, user_name) as double)
    / cast(sum(runs) over (partition by source) as double) as share
from (
  select
    source,
    user_name,
    week,
    count(*) as runs,
    count_if(status = 'FAILED') as failed_runs
  from run_facts
  group by source, user_name, week
) weekly
