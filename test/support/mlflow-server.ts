import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { QUIET } from './python.ts';

export interface MlflowServer {
  url: string;
  /** Its folder, with the store inside. */
  folder: string;
  close(): Promise<void>;
}

export interface MlflowServerOptions {
  python: string;
  store?: 'sqlite' | 'file';
  workers?: number;
  /** MLflow's own user management (the extra `mlflow[auth]`): user admin, password `ADMIN_PASSWORD`. */
  basicAuth?: boolean;
}

export const ADMIN_PASSWORD = 'for the tests only';

/** Without the jobs MLflow runs for its GenAI features: seven processes more. */
const LEAN = { MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false' };

const START_MS = 90_000;

/** A real `mlflow server` on loopback, with an empty store of its own. */
export async function startMlflow({
  python,
  store = 'sqlite',
  workers = 1,
  basicAuth = false,
}: MlflowServerOptions): Promise<MlflowServer> {
  const folder = await mkdtemp(join(tmpdir(), 'runlens-mlflow-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const uri = store === 'sqlite' ? `sqlite:///${folder}/mlflow.db` : `${folder}/mlruns`;
  const output = await open(join(folder, 'server.log'), 'w+');
  const child = spawn(
    python,
    `-m mlflow server --backend-store-uri ${uri} --default-artifact-root ${folder}/artifacts
      --host 127.0.0.1 --port ${port} --workers ${workers}${basicAuth ? ' --app-name basic-auth' : ''}`.split(
      /\s+/,
    ),
    {
      cwd: folder,
      // Into a file: a pipe would fill up, and stop the server, while a test waits for a script.
      stdio: ['ignore', output.fd, output.fd],
      detached: true,
      env: {
        ...process.env,
        ...QUIET,
        MLFLOW_ALLOW_FILE_STORE: 'true',
        MLFLOW_FLASK_SERVER_SECRET_KEY: 'only for this test',
        MLFLOW_AUTH_ADMIN_PASSWORD: ADMIN_PASSWORD,
        ...LEAN,
      },
    },
  );
  const close = async (): Promise<void> => {
    if (child.exitCode === null && child.pid !== undefined) {
      const gone = once(child, 'exit');
      // Its workers are processes of their own, in the group that it leads.
      process.kill(-child.pid, 'SIGKILL');
      await gone;
    }
    await output.close();
    await rm(folder, { recursive: true, force: true });
  };
  const deadline = Date.now() + START_MS;
  while (!(await isUp(url))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      const said = await readFile(join(folder, 'server.log'), 'utf8');
      await close();
      throw new Error(`mlflow server did not start:\n${said.slice(-4000)}`);
    }
    await sleep(100);
  }
  return { url, folder, close };
}

async function isUp(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/health`);
    return (await answer.text()) === 'OK';
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
