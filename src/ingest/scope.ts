import { RunlensError } from '../errors.ts';
import type { WireExperiment } from '../mlflow/index.ts';
import type { Source } from '../sources/source.ts';

/** Every experiment of the server, deleted ones included; the first answer is its first contact. */
export async function listExperiments(
  source: Source,
  signal: AbortSignal | undefined,
): Promise<WireExperiment[]> {
  const byId = new Map<string, WireExperiment>();
  // A server without experiments is rare, and `{}` the answer to many mistakes: it is asked twice.
  for (let attempt = 0; attempt < 2 && byId.size === 0; attempt++) {
    for await (const page of source.experiments({ signal, firstContact: true })) {
      for (const experiment of page) byId.set(experiment.experiment_id, experiment);
    }
  }
  return [...byId.values()];
}

/**
 * An experiment by its name or id, or by both: MLFLOW_EXPERIMENT_NAME and MLFLOW_EXPERIMENT_ID set
 * together must mean the same one, as for the Python client.
 */
export type WantedExperiment = string | { name: string; id: string };

/**
 * The experiments named by `--experiment`, MLFLOW_EXPERIMENT_NAME or MLFLOW_EXPERIMENT_ID, each a name
 * or an id. A name wins over an id that reads the same.
 * @throws RunlensError EXPERIMENT_NOT_FOUND; BAD_CONFIG when name and id are not the same experiment
 */
export async function findExperiments(
  source: Source,
  wanted: readonly WantedExperiment[],
  signal: AbortSignal | undefined,
): Promise<WireExperiment[]> {
  const found = new Map<string, WireExperiment>();
  for (const one of wanted) {
    const experiment =
      typeof one === 'string'
        ? await findExperiment(source, one, signal)
        : await findSame(source, one, signal);
    found.set(experiment.experiment_id, experiment);
  }
  return [...found.values()];
}

async function findSame(
  source: Source,
  { name, id }: { name: string; id: string },
  signal: AbortSignal | undefined,
): Promise<WireExperiment> {
  const experiment = await findExperiment(source, name, signal);
  if (experiment.experiment_id === id) return experiment;
  throw new RunlensError(
    'BAD_CONFIG',
    `MLFLOW_EXPERIMENT_ID is ${id}, but '${name}' of MLFLOW_EXPERIMENT_NAME is ${experiment.experiment_id}`,
    {
      field: 'MLFLOW_EXPERIMENT_ID',
      hint: 'Set only one of them, or both to the same experiment.',
    },
  );
}

async function findExperiment(
  source: Source,
  nameOrId: string,
  signal: AbortSignal | undefined,
): Promise<WireExperiment> {
  const options = { signal, firstContact: true };
  try {
    return await source.experimentByName(nameOrId, options);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  try {
    if (/^\d+$/.test(nameOrId)) return await source.experiment(nameOrId, options);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  throw new RunlensError(
    'EXPERIMENT_NOT_FOUND',
    `${source.trackingUri} has no experiment '${nameOrId}'`,
    { field: 'experiment' },
  );
}

export function isNotFound(error: unknown): boolean {
  return error instanceof RunlensError && error.code === 'NOT_FOUND';
}
