import type { DuckDBConnection } from '@duckdb/node-api';
import type { WireExperiment } from '../mlflow/index.ts';
import { bumpDataVersion } from './data-version.ts';

const STAGE = `
create or replace temp table stage_experiments as
select e, hash(e) as content_hash
from (
  select unnest(from_json($1, '[{"experiment_id":"VARCHAR","name":"VARCHAR","lifecycle_stage":"VARCHAR",
    "artifact_location":"VARCHAR","creation_ms":"BIGINT","last_update_ms":"BIGINT",
    "tags":[{"key":"VARCHAR","value":"VARCHAR"}]}]')) as e
)`;

const CHANGED = `
create or replace temp table stage_changed as
select s.e as e, s.content_hash
from stage_experiments s
left join mirror.experiments m on m.source = $1 and m.experiment_id = s.e.experiment_id
where m.content_hash is distinct from s.content_hash`;

/** Writes new and changed experiments in the caller's transaction; tells how many there were. */
export async function saveExperiments(
  connection: DuckDBConnection,
  source: string,
  experiments: readonly WireExperiment[],
): Promise<number> {
  if (experiments.length === 0) return 0;
  await connection.run(STAGE, [JSON.stringify(experiments.map(row))]);
  await connection.run(CHANGED, [source]);
  const changed = await connection.runAndReadAll('select count(*)::integer from stage_changed');
  const count = Number(changed.getRows()[0]?.[0] ?? 0);
  if (count > 0) {
    const ids = 'experiment_id in (select e.experiment_id from stage_changed)';
    await connection.run(`delete from mirror.experiment_tags where source = $1 and ${ids}`, [
      source,
    ]);
    await connection.run(
      `insert or replace into mirror.experiments
       select $1, e.experiment_id, e.name, e.lifecycle_stage, e.artifact_location, e.creation_ms,
         e.last_update_ms, content_hash
       from stage_changed`,
      [source],
    );
    await connection.run(
      `insert into mirror.experiment_tags
       select $1, id, tag.key, tag.value
       from (select e.experiment_id as id, unnest(e.tags) as tag from stage_changed)`,
      [source],
    );
    await bumpDataVersion(connection);
  }
  await connection.run('drop table temp.stage_experiments');
  await connection.run('drop table temp.stage_changed');
  return count;
}

/** int64 as text: the engine reads it exactly, where a JavaScript number might round. */
function row(experiment: WireExperiment): object {
  return {
    experiment_id: experiment.experiment_id,
    name: experiment.name,
    lifecycle_stage: experiment.lifecycle_stage,
    artifact_location: experiment.artifact_location ?? null,
    creation_ms: experiment.creation_time?.toString() ?? null,
    last_update_ms: experiment.last_update_time?.toString() ?? null,
    tags: experiment.tags
      .map(({ key, value }) => ({ key, value }))
      .sort((a, b) => (a.key < b.key ? -1 : 1)),
  };
}
