import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packagePath } from '../../src/paths.ts';
import { useBrowser, watchPage } from '../support/browser.ts';
import { startMlflow, type MlflowServer } from '../support/mlflow-server.ts';
import { requirePython, runPython } from '../support/python.ts';
import { afterCommit, startService, untilReady, type Service } from '../support/service.ts';

const python = requirePython('the figures beside mlflow.search_runs()', [
  'mlflow',
  'pandas',
  'pyarrow',
]);

describe.skipIf(python === undefined)('the service on a real tracking server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'runlens-figures-'));
  let server: MlflowServer;
  let service: Service;
  const browser = useBrowser();

  beforeAll(async () => {
    server = await startMlflow({ python: python ?? '' });
    runPython(python ?? '', [packagePath('test/integration/team_runs.py'), server.url]);
    service = await startService(['--db', join(folder, 'mirror.duckdb')], {
      MLFLOW_TRACKING_URI: server.url,
    });
    await untilReady(service.url);
  });
  afterAll(async () => {
    await service.stop();
    await server.close();
    rmSync(folder, { recursive: true });
  });

  it('shows the figures that pandas makes of mlflow.search_runs()', () => {
    const script = packagePath('test/integration/figures.py');
    const lines = runPython(python ?? '', [script, server.url, service.url])
      .trim()
      .split('\n');
    const answers = lines.map((line) => JSON.parse(line) as { view: string; rows: number });
    expect(answers.map(({ view }) => view)).toEqual([
      'total_runs',
      'runs_per_user',
      'metric_trends',
    ]);
    for (const { rows } of answers) expect(rows).toBeGreaterThan(20);
  });

  it('keeps hostile names of the server inert on every page', async () => {
    const edges = packagePath('test/support/record/edge.py');
    await afterCommit(service.url, async () => {
      runPython(python ?? '', [edges, server.url]);
      await fetch(`${service.url}/api/v1/sync`, { method: 'POST' });
    });
    const page = await browser.newPage();
    const { complaints, foreign } = watchPage(page, service.url);
    const paths = ['/', '/dashboards/overview', '/dashboards/metric-trends', '/dashboards/users'];
    let shown = 0;
    for (const path of [...paths, '/dashboards/leaderboard', '/dashboards/reliability']) {
      await page.goto(service.url + path, { waitUntil: 'load' });
      const text = await page.evaluate('document.documentElement.textContent');
      if (String(text).includes('</script><img src=x onerror=alert(1)>')) shown += 1;
      expect(await page.locator('img[src="x"]').count()).toBe(0);
    }
    expect(shown).toBeGreaterThan(1);
    expect({ complaints, foreign }).toEqual({ complaints: [], foreign: [] });
  });

  it('hands every value out exactly, also those that pandas cannot hold', () => {
    const script = packagePath('test/integration/edges_arrow.py');
    const line = runPython(python ?? '', [script, server.url, service.url]).trim();
    const { runs, values } = JSON.parse(line) as { runs: number; values: number };
    expect(runs).toBeGreaterThan(200);
    expect(values).toBeGreaterThan(1000);
  });
});
