import { join } from 'node:path';
import { packagePath } from '../../src/paths.ts';
import { startMlflow, type MlflowServer } from '../../test/support/mlflow-server.ts';
import { runPython } from '../../test/support/python.ts';

export interface FilledServerOptions {
  python: string;
  runs: string;
  experiments: string;
  workers: string;
}

/** A real `mlflow server` whose store holds made-up runs. */
export async function startFilledServer(options: FilledServerOptions): Promise<MlflowServer> {
  const { python, runs, experiments, workers } = options;
  const server = await startMlflow({ python, workers: Number(workers) });
  const store = join(server.folder, 'mlflow.db');
  const script = packagePath('bench/support/fill_store.py');
  try {
    runPython(python, [script, store, runs, experiments]);
    return server;
  } catch (error) {
    await server.close();
    throw error;
  }
}
