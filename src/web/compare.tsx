import type { Child } from 'hono/jsx';
import { Chart } from './chart.tsx';
import { MAX_CHARTS, sharedMetrics, type MetricChart } from './compare-charts.ts';
import { metricRows, paramRows, RunLink, SideBySide } from './compare-table.tsx';
import type { ComparedParam, Comparison } from './compare-view.ts';
import { Page, Time, type Frame } from './layout.tsx';
import { comparePath } from './links.ts';
import { textOf, tookOf, type Row } from './read-view.ts';
import { Status } from './rows-table.tsx';
import { Scroll } from './scroll.tsx';

interface CompareProps {
  frame: Frame;
  comparison: Comparison;
  charts: MetricChart[];
  /** The page of a run in its tracking server. */
  mlflow: (run: Row) => string | undefined;
  /** The tracking server that the address names. */
  source: string | undefined;
}

/** Two to ten runs side by side: who they are, what they reached, what was different. */
export const ComparePage = ({ frame, comparison, charts, mlflow, source }: CompareProps) => {
  const { runs, metrics, differing, same } = comparison;
  const shared = sharedMetrics(comparison).length;
  // The tables of two runs have room beside one another.
  const span = runs.length === 2 ? 6 : 12;
  return (
    <Page frame={frame} title={`Compare ${runs.length} runs`}>
      <div class="head">
        <h1>Compare {runs.length} runs</h1>
        <p class="lead">
          The best value of each metric is marked; which way is better is guessed from its name.
        </p>
      </div>
      <div class="grid">
        <Runs comparison={comparison} mlflow={mlflow} source={source} />
        <Section title="Metrics" count={metrics.length} none="No metric was logged." span={span}>
          <SideBySide comparison={comparison} what="Metric" rows={metricRows(metrics)} />
        </Section>
        <Section
          title="Params that differ"
          count={differing.length}
          none={noneDiffer(same)}
          span={span}
        >
          <SideBySide comparison={comparison} what="Param" rows={paramRows(differing)} />
        </Section>
        {charts.length > 0 && (
          <div class="charts" tabindex={0} role="region" aria-label="Charts of the metrics">
            {charts.map(({ key, drawings }, at) => (
              <section class="panel kind-chart" aria-labelledby={`metric-${at}`}>
                <header>
                  <h2 id={`metric-${at}`} title={key}>
                    {key}
                  </h2>
                </header>
                <Chart drawings={drawings} />
              </section>
            ))}
          </div>
        )}
        {shared > charts.length && (
          <p class="cut span-12">
            Charts of the first {MAX_CHARTS} of {shared} metrics; the table has all.
          </p>
        )}
        {same.length > 0 && <SameParams params={same} />}
      </div>
    </Page>
  );
};

const noneDiffer = (same: ComparedParam[]): string =>
  same.length === 0 ? 'No param was logged.' : 'Every param is the same in all of them.';

interface SectionProps {
  title: string;
  count: number;
  none: string;
  span?: number;
  children: Child;
}

const Section = ({ title, count, none, span = 12, children }: SectionProps) => (
  <section class={`panel kind-table span-${span}`} aria-label={title}>
    <header>
      <h2>
        {title} <small class="count">{count.toLocaleString('en-US')}</small>
      </h2>
    </header>
    {count === 0 ? <p class="empty">{none}</p> : children}
  </section>
);

type RunsProps = Pick<CompareProps, 'comparison' | 'mlflow' | 'source'>;

const Runs = ({ comparison, mlflow, source }: RunsProps) => {
  const { runs, experimentNames } = comparison;
  const ids = runs.map((it) => textOf(it['run_id']));
  const linked = ids.length > 2 || runs.some((it) => mlflow(it) !== undefined);
  const heads = ['Run', 'Experiment', 'Status', 'User', 'Started', 'Duration'];
  return (
    <Section title="Runs" count={runs.length} none="">
      <Scroll label="Runs compared">
        <table>
          <thead>
            <tr>
              {heads.map((it) => (
                <th scope="col">{it}</th>
              ))}
              {linked && (
                <th scope="col" class="off-paper">
                  Links
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {runs.map((run, at) => (
              <tr>
                <td>
                  <RunLink comparison={comparison} at={at} />
                </td>
                <td title={experimentNames[at]}>{experimentNames[at]}</td>
                <td>
                  <Status status={textOf(run['status'])} />
                </td>
                <td title={textOf(run['user_name'])}>{textOf(run['user_name'])}</td>
                <td>{run['start_time'] === null ? '' : <Time ms={Number(run['start_time'])} />}</td>
                <td>{tookOf(run)}</td>
                {linked && (
                  <td class="off-paper">
                    <span class="links">
                      {mlflow(run) && (
                        <a href={mlflow(run)} rel="noreferrer">
                          MLflow
                        </a>
                      )}
                      {ids.length > 2 && (
                        <a href={comparePath(source, ids.toSpliced(at, 1))}>Leave out</a>
                      )}
                    </span>
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Section>
  );
};

const SameParams = ({ params }: { params: ComparedParam[] }) => (
  <details class="panel span-12 same">
    <summary>
      Params that are the same in all{' '}
      <small class="count">{params.length.toLocaleString('en-US')}</small>
    </summary>
    <dl class="facts">
      {params.map(({ key, values: [value = ''] }) => (
        <div>
          <dt>{key}</dt>
          <dd title={value}>{value === '' ? <i class="muted">empty</i> : value}</dd>
        </div>
      ))}
    </dl>
  </details>
);
