import type { Dashboard, DashboardProblem } from '../dashboards/dashboard.ts';
import { SAMPLE } from '../store/state.ts';
import { OWN_RUNS, Page, ProblemList, Time, type Frame } from './layout.tsx';
import { Scroll } from './scroll.tsx';

interface HomeProps {
  frame: Frame;
  dashboards: readonly Dashboard[];
  problems: readonly DashboardProblem[];
  runs: number;
}

export const HomePage = ({ frame, dashboards, problems, runs }: HomeProps) => (
  <Page frame={frame} title="Dashboards" showsRuns={false}>
    <div class="head">
      <h1>Dashboards</h1>
      <p class="lead">
        {runs.toLocaleString('en-US')} runs of {frame.state.sources.length} tracking{' '}
        {frame.state.sources.length === 1 ? 'server' : 'servers'}.
      </p>
    </div>
    <ul class="cards">
      {dashboards.map(({ id, title, description, panels }) => (
        <li>
          <a class="card" href={`/dashboards/${id}`}>
            <strong>{title}</strong>
            <span>{description}</span>
            <small>{panels.length} panels</small>
          </a>
        </li>
      ))}
    </ul>
    {problems.length > 0 && frame.problems?.length === 0 && (
      <section class="panel span-12" aria-labelledby="problems">
        <h2 id="problems">Files with mistakes</h2>
        <ProblemList problems={problems} />
      </section>
    )}
    <section class="panel span-12" aria-labelledby="sources">
      <h2 id="sources">Tracking servers</h2>
      <Sources frame={frame} />
    </section>
  </Page>
);

const Sources = ({ frame: { state } }: { frame: Frame }) =>
  state.sources.length === 0 ? (
    <p class="empty">The first sync has not begun.</p>
  ) : (
    <Scroll label="Rows of tracking servers">
      <table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Address</th>
            <th scope="col">Last sync</th>
            <th scope="col">Last sweep</th>
            <th scope="col">State</th>
          </tr>
        </thead>
        <tbody>
          {state.sources.map(({ source, trackingUri, lastSyncAt, lastSweepAt, error }) => (
            <tr>
              <th scope="row">{source}</th>
              {trackingUri === SAMPLE ? (
                <td class="said">
                  {trackingUri}. {OWN_RUNS}
                </td>
              ) : (
                <td title={trackingUri}>{trackingUri}</td>
              )}
              <td>{lastSyncAt === null ? 'never' : <Time ms={lastSyncAt} />}</td>
              <td>{lastSweepAt === null ? 'never' : <Time ms={lastSweepAt} />}</td>
              <td class="said">{error ?? 'fine'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
