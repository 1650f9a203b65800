import { expect, it } from 'vitest';
import { openDashboards } from '../../../src/dashboards/load.ts';
import type { Choice, Choices } from '../../../src/dashboards/choices.ts';
import type { RowsPanel } from '../../../src/dashboards/dashboard.ts';
import type { Value } from '../../../src/engine/engine.ts';
import { packagePath } from '../../../src/paths.ts';
import { rowLink } from '../../../src/web/links.ts';

const dashboards = await openDashboards([packagePath('dashboards')]);
const pageUrl = (source: string, experiment: string, run?: string): string | undefined =>
  source === 'team' ? `https://mlflow.example/#/${[experiment, run].join('/')}` : undefined;
const columns = ['source', 'experiment_id', 'run_id'].map((name) => ({
  name,
  type: 'string' as const,
}));
const chosen = [
  { name: 'since', raw: ['last_7d'] },
  { name: 'own', raw: ['x'] },
] as Choice[];
const choices = { list: chosen } as unknown as Choices;

const follow = (link: RowsPanel['link'], row: Value[] = ['team', '7', 'r/1']) =>
  rowLink({ link } as RowsPanel, columns, choices, { dashboards, pageUrl })?.(row);

it('leads to a run, which its server tells from one of the same id', () => {
  expect(follow({ run: 'run_id' })).toBe('/runs/r%2F1?source=team');
  expect(follow({ run: 'run_id' }, ['team', '7', null])).toBeUndefined();
});

it('leads to the page of an experiment or a run in MLflow, where the server has one', () => {
  const mlflow = { experiment: 'experiment_id' };
  expect(follow({ mlflow })).toBe('https://mlflow.example/#/7/');
  expect(follow({ mlflow: { ...mlflow, run: 'run_id' } })).toBe('https://mlflow.example/#/7/r/1');
  expect(follow({ mlflow }, ['other', '7', 'r'])).toBeUndefined();
  expect(follow({ mlflow }, [null, '7', 'r'])).toBeUndefined();
});

it('leads to a dashboard with what was clicked and the choices that it shares', () => {
  expect(follow({ dashboard: 'metric-trends', with: { experiment: 'experiment_id' } })).toBe(
    '/dashboards/metric-trends?since=last_7d&experiment=7',
  );
  expect(follow({ dashboard: 'nowhere', with: {} })).toBeUndefined();
});
