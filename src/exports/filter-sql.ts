import { parseFilter, type Comparison } from '../mlflow/filter.ts';
import type { Bindable } from '../engine/engine.ts';
import type { RunTest } from './run-selection.ts';

type Bind = (value: Bindable) => string;

const ATTRIBUTES = {
  start_time: 'r.start_ms',
  end_time: 'r.end_ms',
  run_id: 'r.run_id',
  run_name: 'r.run_name',
  // A server has an empty text where it knows nobody.
  user_id: "coalesce(r.user_name, '')",
  status: 'r.status',
  artifact_uri: 'r.artifact_uri',
} as const;

/**
 * A search filter in MLflow's own syntax as a test of the run `r`, with the answers that a tracking
 * server with a SQL store gives: a run without the metric, param or tag never matches (but for IS
 * NULL), and NaN is unequal to every number, but neither above nor below one.
 * @throws FilterError (BAD_REQUEST) with the place of the mistake
 */
export function compileFilter(filter: string): RunTest {
  const comparisons = parseFilter(filter);
  return (bind) =>
    comparisons.length === 0
      ? 'true'
      : comparisons.map((comparison) => test(comparison, bind)).join(' and ');
}

function test(comparison: Comparison, bind: Bind): string {
  switch (comparison.entity) {
    case 'metric': {
      const { key, op, value } = comparison;
      // DuckDB has NaN above every number.
      const number = op.startsWith('>') ? 'not isnan(c.value) and ' : '';
      return has('metrics', key, `${number}c.value ${op} ${bind(value)}`, bind);
    }
    case 'param':
    case 'tag': {
      const table = comparison.entity === 'param' ? 'params' : 'tags';
      const { key, op, value } = comparison;
      if (value !== null) return has(table, key, `c.value ${op} ${bind(value)}`, bind);
      return `${op === 'IS NULL' ? 'not ' : ''}${has(table, key, 'true', bind)}`;
    }
    case 'dataset': {
      const { key, op, value } = comparison;
      const wanted = `c.${key} ${op} ${typeof value === 'string' ? bind(value) : list(value, bind)}`;
      return `r.run_no in (select c.run_no from mirror.dataset_inputs c where ${wanted})`;
    }
    case 'attribute': {
      const { key, op, value } = comparison;
      const column = ATTRIBUTES[key];
      return `${column} ${op} ${typeof value === 'object' ? list(value, bind) : bind(value)}`;
    }
  }
}

function has(table: 'metrics' | 'params' | 'tags', key: string, test: string, bind: Bind): string {
  return `r.run_no in (
    select c.run_no from mirror.${table} c where c.key = ${bind(key)} and ${test})`;
}

const list = (values: readonly string[], bind: Bind): string =>
  `(${values.map((value) => bind(value)).join(', ')})`;
