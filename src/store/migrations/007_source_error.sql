-- Why the newest sync of a source failed, beside its times: what every page says of a source is read after
-- each write, and grouping the whole log for it cost more than the write.

alter table mirror.sources add column error varchar;

update mirror.sources s
set error = l.error
from (
  select
    source,
    max_by(
      case status when 'interrupted' then 'the last sync was interrupted' else coalesce(error, '') end,
      sync_id
    ) as error
  from mirror.syncs
  where status <> 'running'
  group by source
) l
where l.source = s.source and l.error <> '';
