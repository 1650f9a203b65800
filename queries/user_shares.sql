-- name: user_shares
-- title: Shares of users
-- grain: one row a user and source, also where the user has no runs; deleted runs left out
-- columns:
--   source: name of the tracking server
--   user_name: who; (unknown) when the server does not say
--   runs: the user's runs there; 0 for none
--   all_runs: everyone's runs there
with counts as (
  select source, user_name, count(*) as runs from run_facts group by source, user_name
)
select
  a.source,
  u.user_name,
  coalesce(r.runs, 0) as runs,
  a.runs as all_runs
from (select source, cast(sum(runs) as bigint) as runs from counts group by source) a
cross join (select user_name from counts group by user_name) u
left join counts r on r.source = a.source and r.user_name = u.user_name
