import { afterAll, beforeAll, describe } from 'vitest';
import { packagePath } from '../../src/paths.ts';
import { trackingApiContract } from '../contract/tracking-api.ts';
import { startMlflow, type MlflowServer } from '../support/mlflow-server.ts';
import { requirePython, runPython } from '../support/python.ts';

const python = requirePython('the contract of a real tracking server', ['mlflow']);

describe.skipIf(python === undefined)('a real tracking server with a SQL store', () => {
  let server: MlflowServer;
  beforeAll(async () => {
    server = await startMlflow({ python: python ?? '' });
    runPython(python ?? '', [packagePath('test/support/record/edge.py'), server.url]);
  });
  afterAll(() => server.close());
  trackingApiContract(() => server.url);
});
