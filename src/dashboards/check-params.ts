import type { Mistake } from './check-panel.ts';
import { variableNames } from './chart-params.ts';
import type { ChartSpec } from './dashboard.ts';
import type { DashboardFile } from './schema.ts';
import { meant, nearest } from '../nearest.ts';

interface Use {
  path: PropertyKey[];
  name: string;
  /** Text may hold braces of its own; a condition means what it says. */
  severity: Mistake['severity'];
}

/**
 * Parameters used and not declared, or declared and not used; charts have names of their own too, and
 * one that cannot be read may use any.
 */
export function paramMistakes(
  dashboard: DashboardFile,
  specs: readonly (ChartSpec | undefined)[],
): Mistake[] {
  const declared = Object.keys(dashboard.params);
  const uses = [...optionUses(dashboard), ...panelUses(dashboard), ...annotationUses(dashboard)];
  const unknown = uses.filter(({ name }) => name !== 'source' && !declared.includes(name));
  const undeclared = unknown.map(({ path, name, severity }): Mistake => ({
    severity,
    path,
    code: 'undeclared-parameter',
    message: `there is no parameter ${name}${nearest(name, declared)}`,
  }));
  const inCharts = specs.flatMap((it) => (it === undefined ? declared : variableNames(it)));
  // One that is only misspelled where it is used is told there.
  const misspelled = unknown.map(({ name }) => meant(name, declared));
  const used = new Set([...uses.map((it) => it.name), ...misspelled, ...inCharts, 'source']);
  const unused = declared
    .filter((name) => !used.has(name))
    .map((name): Mistake => ({
      severity: 'warning',
      path: ['params', name],
      code: 'unused-parameter',
      message: `nothing uses the parameter ${name}`,
    }));
  return [...undeclared, ...unused, ...tooEarly(dashboard)];
}

/** Options may depend on the parameters above them only, which rules out circles. */
function tooEarly({ params }: DashboardFile): Mistake[] {
  const names = Object.keys(params);
  return Object.entries(params).flatMap(([id, param], index) =>
    'options' in param
      ? whereUses(['params', id, 'options', 'where'], param.options.where)
          .filter(({ name }) => names.indexOf(name) >= index)
          .map(({ path, name }): Mistake => ({
            severity: 'error',
            path,
            code: 'undeclared-parameter',
            message: `options may depend only on parameters above: move ${name} before ${id}`,
          }))
      : [],
  );
}

function optionUses({ params }: DashboardFile): Use[] {
  return Object.entries(params).flatMap(([id, param]) =>
    'options' in param ? whereUses(['params', id, 'options', 'where'], param.options.where) : [],
  );
}

function panelUses({ panels }: DashboardFile): Use[] {
  return Object.entries(panels).flatMap(([id, panel]) => {
    const { title, description = '', alt = '', markdown = '', select = {}, table } = panel;
    const texts = Object.entries({ title, description, alt, markdown });
    const columns = table?.columns ?? [];
    return [
      ...whereUses(['panels', id, 'where'], panel.where),
      ...texts.flatMap(([key, text]) => textUses(['panels', id, key], text)),
      ...columns.flatMap((it, at) => {
        const heading = typeof it === 'string' ? '' : (it.title ?? '');
        return textUses(['panels', id, 'table', 'columns', at, 'title'], heading);
      }),
      ...Object.keys(select).map((name): Use => {
        return { path: ['panels', id, 'select', name], name, severity: 'error' };
      }),
    ];
  });
}

function annotationUses({ annotations }: DashboardFile): Use[] {
  return Object.entries(annotations).flatMap(([id, { where, title }]) => [
    ...whereUses(['annotations', id, 'where'], where),
    ...textUses(['annotations', id, 'title'], title),
  ]);
}

function whereUses(path: PropertyKey[], where: DashboardFile['panels'][string]['where']): Use[] {
  return Object.entries(where).flatMap(([column, value]) =>
    [value]
      .flat()
      .filter((one) => typeof one === 'string' && one.startsWith('$'))
      .map((one): Use => ({
        path: [...path, column],
        name: String(one).slice(1),
        severity: 'error',
      })),
  );
}

const textUses = (path: PropertyKey[], text: string): Use[] =>
  [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']): Use => ({
    path,
    name,
    severity: 'warning',
  }));
