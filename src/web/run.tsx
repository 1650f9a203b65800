import type { Child } from 'hono/jsx';
import { headline } from '../dashboards/headline.ts';
import type { Value } from '../engine/engine.ts';
import { formatValue } from '../render/format.ts';
import { CompareBox, CompareForm } from './compare-form.tsx';
import { MAX_RUNS } from './compare-view.ts';
import { comparePath, dashboardPath, runPath } from './links.ts';
import { Page, Time, type Frame } from './layout.tsx';
import { Status } from './rows-table.tsx';
import { nameOf, textOf as text, tookOf, type Row } from './read-view.ts';
import { MAX_ROWS, type RunView } from './run-view.ts';
import { Scroll } from './scroll.tsx';

interface RunProps {
  frame: Frame;
  view: RunView;
  mlflow: string | undefined;
}

export const RunPage = ({ frame, view, mlflow }: RunProps) => {
  const { run, experimentName, metrics, params, tags, datasets, parent, children } = view;
  const runId = text(run['run_id']);
  const name = nameOf(run);
  const source = text(run['source']);
  return (
    <Page frame={frame} title={name}>
      <div class="head run-head">
        <p class="crumbs">
          <a
            href={dashboardPath(
              'metric-trends',
              new URLSearchParams({ experiment: text(run['experiment_id']) }),
            )}
          >
            {experimentName}
          </a>
          {parent && (
            <>
              {' / '}
              <RunLink run={parent} />
            </>
          )}
        </p>
        <h1 title={name}>{name}</h1>
        <p class="lead">
          <Status status={text(run['status'])} />
          {text(run['lifecycle_stage']) === 'deleted' && <span class="status">deleted</span>}
          {mlflow && (
            <a href={mlflow} rel="noreferrer">
              Open in MLflow
            </a>
          )}
          <CompareLinks view={view} />
        </p>
      </div>
      <div class="grid">
        <Facts run={run} source={source} />
        <Rows
          title="Metrics"
          rows={metrics}
          columns={['key', 'value', 'step', 'logged_at']}
          more={(row) => (
            <a
              href={comparePath(source, [runId], text(row['key']))}
              title={`Compare with the best other run by ${text(row['key'])}`}
            >
              with the best<span class="off-screen"> other run by {text(row['key'])}</span>
            </a>
          )}
          span={6}
        />
        <Rows title="Params" rows={params} columns={['key', 'value']} span={6} />
        <Rows title="Tags" rows={tags} columns={['key', 'value']} span={6} />
        <Rows
          title="Datasets"
          rows={datasets}
          columns={['name', 'digest', 'context', 'source_uri']}
          span={6}
        />
        {children.length > 0 && <Children runs={children} />}
      </div>
    </Page>
  );
};

const CompareLinks = ({ view: { run, parent, children, siblings } }: { view: RunView }) => {
  const link = (label: string, others: Row[]) =>
    others.length > 0 && (
      <a
        href={comparePath(
          text(run['source']),
          [run, ...others.slice(0, MAX_RUNS - 1)].map((it) => text(it['run_id'])),
        )}
      >
        {label}
      </a>
    );
  return (
    <>
      {link('Compare with its parent', parent === undefined ? [] : [parent])}
      {link('Compare with its siblings', siblings)}
      {link('Compare with its children', children)}
    </>
  );
};

const RunLink = ({ run }: { run: Row }) => {
  const name = nameOf(run);
  return (
    <a href={runPath(text(run['source']), text(run['run_id']))} title={name}>
      {name}
    </a>
  );
};

/** Letters that one column of the facts has room for. */
const LONG = 24;

const Facts = ({ run, source }: { run: Row; source: string }) => {
  const start = run['start_time'] ?? null;
  const facts: [string, string][] = [
    ['User', text(run['user_name'])],
    ['Server', source],
    ['Git branch', text(run['git_branch'])],
    ['Program', text(run['source_name'])],
    ['Run id', text(run['run_id'])],
    ['Git commit', text(run['git_commit'])],
    ['Artifacts', text(run['artifact_uri'])],
  ];
  return (
    <section class="panel span-12" aria-label="Run">
      <dl class="facts">
        {start !== null && (
          <div>
            <dt>Started</dt>
            <dd>
              <Time ms={Number(start)} />
            </dd>
          </div>
        )}
        <div>
          <dt>Duration</dt>
          <dd>{tookOf(run)}</dd>
        </div>
        {facts
          .filter(([, value]) => value !== '')
          .map(([label, value]) => (
            <div class={value.length > LONG ? 'long' : undefined}>
              <dt>{label}</dt>
              <dd title={value}>{value}</dd>
            </div>
          ))}
      </dl>
    </section>
  );
};

interface RowsProps {
  title: string;
  rows: Row[];
  columns: string[];
  span: number;
  /** What stands at the end of a row. */
  more?: (row: Row) => Child;
}

const Rows = ({ title, rows, columns, span, more }: RowsProps) => (
  <section class={`panel kind-table span-${span}`} aria-label={title}>
    <header>
      <h2>
        {title} <small class="count">{rows.length.toLocaleString('en-US')}</small>
      </h2>
    </header>
    {rows.length === 0 ? (
      <p class="empty">None logged.</p>
    ) : (
      <Scroll label={`Rows of ${title}`}>
        <table data-sortable="">
          <thead>
            <tr>
              {columns.map((it) => (
                <th scope="col" class={isNumber(it, rows) ? 'number' : undefined}>
                  {headline(it)}
                </th>
              ))}
              {more && <th scope="col">Compare</th>}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr>
                {columns.map((it) => (
                  <Cell name={it} value={row[it] ?? null} />
                ))}
                {more && <td>{more(row)}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    )}
    {rows.length === MAX_ROWS && <p class="cut">The first {MAX_ROWS.toLocaleString('en-US')}.</p>}
  </section>
);

const isNumber = (name: string, rows: Row[]): boolean =>
  typeof rows[0]?.[name] === 'number' || name === 'step';

const Cell = ({ name, value }: { name: string; value: Value }) => {
  if (name === 'logged_at') {
    return <td data-value={text(value)}>{value === null ? '' : <Time ms={Number(value)} />}</td>;
  }
  if (typeof value === 'number') {
    return (
      <td class="number" data-value={String(value)} title={String(value)}>
        {formatValue(value, { type: 'double' })}
      </td>
    );
  }
  if (typeof value === 'bigint')
    return (
      <td class="number" data-value={String(value)}>
        {String(value)}
      </td>
    );
  const shown = text(value);
  return (
    <td data-value={shown} title={shown.length > 40 ? shown : undefined}>
      {shown === '' ? <i class="muted">empty</i> : shown}
    </td>
  );
};

const Children = ({ runs }: { runs: Row[] }) => (
  <section class="panel kind-table span-12" aria-label="Child runs">
    <header>
      <h2>
        Child runs <small class="count">{runs.length.toLocaleString('en-US')}</small>
      </h2>
    </header>
    <CompareForm>
      <Scroll label="Rows of child runs">
        <table>
          <thead>
            <tr>
              <th scope="col">Run</th>
              <th scope="col">Status</th>
              <th scope="col">Started</th>
              <th scope="col">Duration</th>
            </tr>
          </thead>
          <tbody>
            {runs.map((run) => (
              <tr>
                <td>
                  <CompareBox runId={text(run['run_id'])} label={nameOf(run)} />
                  <RunLink run={run} />
                </td>
                <td>
                  <Status status={text(run['status'])} />
                </td>
                <td>{run['start_time'] === null ? '' : <Time ms={Number(run['start_time'])} />}</td>
                <td>{tookOf(run)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </CompareForm>
  </section>
);
