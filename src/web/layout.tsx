import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import type { Dashboard, DashboardProblem } from '../dashboards/dashboard.ts';
import { inlinePolicy, type InlineParts } from '../render/html.ts';
import { describeStamp } from '../render/picture.ts';
import { formatTime } from '../render/format.ts';
import { isSample, type MirrorState } from '../store/state.ts';
import type { Assets } from './assets.ts';

/** What every page shows around its own content. */
export interface Frame {
  /** Files to load, or their contents for a page that stands on its own, without a service. */
  assets: Assets | { inline: InlineParts };
  dashboards: readonly Dashboard[];
  state: MirrorState;
  /** Said on every page when what it shows may be old; undefined when it is not. */
  stale: string | undefined;
  /** Told on every page to who writes dashboards. */
  problems?: readonly DashboardProblem[] | undefined;
  /** The scheme the viewer chose; undefined leaves it to the system. */
  theme: 'light' | 'dark' | undefined;
  version: string;
}

export const OWN_RUNS = 'Start Runlens with MLFLOW_TRACKING_URI set to see your own.';

interface PageProps {
  frame: Frame;
  title: string;
  /** Id of the dashboard being shown. */
  current?: string;
  /** Whether what it shows has the whole window. */
  whole?: boolean;
  /** Whether it shows runs, and so says where they are the sample's. */
  showsRuns?: boolean;
  children: Child;
}

export const Page = ({
  frame,
  title,
  current,
  whole = false,
  showsRuns = true,
  children,
}: PageProps) => (
  <html lang="en" data-theme={frame.theme} data-version={String(frame.state.dataVersion)}>
    <head>
      <meta charset="utf-8" />
      <title>{`${title} · Runlens`}</title>
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <link rel="icon" href="data:," />
      <Files assets={frame.assets} />
    </head>
    <body>
      <a class="skip" href="#content">
        Skip to content
      </a>
      <Bar frame={frame} current={current} />
      {frame.stale && (
        <p class="banner" role="status">
          {frame.stale}
        </p>
      )}
      <main id="content" tabindex={-1} class={whole ? 'whole' : undefined}>
        {showsRuns && isSample(frame.state) && <p class="sample">Sample runs. {OWN_RUNS}</p>}
        <Problems problems={frame.problems} />
        {children}
      </main>
      <footer>
        <span>
          Runlens {frame.version} · {describeStamp(frame.state)}
        </span>
        {'inline' in frame.assets ? null : <a href="/openapi.json">API</a>}
      </footer>
    </body>
  </html>
);

const Problems = ({ problems = [] }: Pick<Frame, 'problems'>) =>
  problems.length === 0 ? null : (
    <section class="panel mistakes" aria-label="Mistakes" role="status">
      <p>
        These files have mistakes. What they gave before is still shown, if they were ever good.
      </p>
      <ProblemList problems={problems} />
    </section>
  );

export const ProblemList = ({ problems }: { problems: readonly DashboardProblem[] }) => (
  <ul class="problems">
    {problems.map(({ file, line, message }) => (
      <li>
        <code>
          {file}:{line}
        </code>{' '}
        {message}
      </li>
    ))}
  </ul>
);

const Bar = ({ frame, current }: { frame: Frame; current: string | undefined }) =>
  'inline' in frame.assets ? (
    <header class="bar">
      <span class="brand">
        <Mark />
        Runlens
      </span>
    </header>
  ) : (
    <header class="bar">
      <a class="brand" href="/">
        <Mark />
        Runlens
      </a>
      <nav aria-label="Dashboards">
        {frame.dashboards.map(({ id, title }) => (
          <a href={`/dashboards/${id}`} aria-current={id === current ? 'page' : undefined}>
            {title}
          </a>
        ))}
      </nav>
      <Freshness frame={frame} />
      <button type="button" class="theme" data-action="theme" aria-label="Light or dark">
        <span aria-hidden="true">◐</span>
      </button>
    </header>
  );

const Files = ({ assets }: Pick<Frame, 'assets'>) =>
  'inline' in assets ? (
    <>
      <meta http-equiv="Content-Security-Policy" content={inlinePolicy(assets.inline)} />
      <style>{raw(assets.inline.styles)}</style>
      {assets.inline.script && <script type="module">{raw(assets.inline.script)}</script>}
    </>
  ) : (
    <>
      <link rel="preload" href={assets.font} as="font" type="font/woff2" crossorigin="" />
      <link rel="stylesheet" href={assets.styles} />
      {assets.script && <script type="module" src={assets.script}></script>}
    </>
  );

const Mark = () => (
  <svg class="mark" viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
    <circle cx="10.5" cy="10.5" r="7.5" fill="none" stroke="currentColor" stroke-width="2.2" />
    <path d="M16.2 16.2 21 21" stroke="currentColor" stroke-width="2.6" stroke-linecap="round" />
    <path
      d="M6.8 12.6 9.3 10l2 1.6 2.9-3.6"
      fill="none"
      stroke="currentColor"
      stroke-width="1.8"
      stroke-linecap="round"
      stroke-linejoin="round"
    />
  </svg>
);

const Freshness = ({ frame: { state, stale } }: { frame: Frame }) => (
  <span class={stale === undefined ? 'fresh' : 'fresh late'} data-freshness="">
    {state.asOf === null ? 'Not synced yet' : <Time ms={state.asOf} prefix="Synced " />}
  </span>
);

interface TimeProps {
  /** ms since 1970 UTC */
  ms: number;
  prefix?: string;
  /** Only the day is said. */
  day?: boolean;
  /** How long ago it was is said, by the page's script, which goes on counting. */
  age?: boolean;
}

/** A moment in UTC; the page's script says it in the viewer's zone and keeps this on hover. */
export const Time = ({ ms, prefix = '', day = false, age = false }: TimeProps) => {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return <span>{formatTime(ms)}</span>;
  return (
    <time
      datetime={date.toISOString()}
      data-prefix={age ? '' : prefix || undefined}
      data-day={day ? '' : undefined}
      title={day ? formatTime(ms) : undefined}
    >
      {prefix}
      {day ? formatTime(ms).slice(0, 10) : formatTime(ms)}
    </time>
  );
};
