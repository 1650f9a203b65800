import type { DuckDBConnection } from '@duckdb/node-api';
import type { WireExperiment } from '../mlflow/index.ts';
import { bumpDataVersion } from './data-version.ts';

/** Of the experiments that $2 lists as JSON, those of the source $1 that are new or changed. */
const CHANGED = `
select s.e, s.content_hash
from (
  select e, hash(e) as content_hash
  from (
    select unnest(from_json($2, '[{"experiment_id":"VARCHAR","name":"VARCHAR","lifecycle_stage":"VARCHAR",
      "artifact_location":"VARCHAR","creation_ms":"BIGINT","last_update_ms":"BIGINT",
      "tags":[{"key":"VARCHAR","value":"VARCHAR"}]}]')) as e
  )
) s
left join mirror.experiments m on m.source = $1 and m.experiment_id = s.e.experiment_id
where m.content_hash is distinct from s.content_hash`;

/** Whether the mirror holds all of these experiments just as they are. */
export async function areHeld(
  connection: DuckDBConnection,
  source: string,
  experiments: readonly WireExperiment[],
): Promise<boolean> {
  const found = await connection.runAndReadAll(`select exists(${CHANGED})`, [
    source,
    toJson(experiments),
  ]);
  return found.getRows()[0]?.[0] === false;
}

/** Writes new and changed experiments in the caller's transaction. */
export async function saveExperiments(
  connection: DuckDBConnection,
  source: string,
  experiments: readonly WireExperiment[],
): Promise<void> {
  await connection.run(`create or replace temp table stage_experiments as ${CHANGED}`, [
    source,
    toJson(experiments),
  ]);
  const ids = 'experiment_id in (select e.experiment_id from stage_experiments)';
  await connection.run(`delete from mirror.experiment_tags where source = $1 and ${ids}`, [source]);
  await connection.run(
    `insert or replace into mirror.experiments
     select $1, e.experiment_id, e.name, e.lifecycle_stage, e.artifact_location, e.creation_ms,
       e.last_update_ms, content_hash
     from stage_experiments`,
    [source],
  );
  await connection.run(
    `insert into mirror.experiment_tags
     select $1, id, tag.key, tag.value
     from (select e.experiment_id as id, unnest(e.tags) as tag from stage_experiments)`,
    [source],
  );
  await bumpDataVersion(connection);
  await connection.run('drop table temp.stage_experiments');
}

const toJson = (experiments: readonly WireExperiment[]): string =>
  JSON.stringify(experiments.map(row));

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
