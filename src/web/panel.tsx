import { raw } from 'hono/html';
import type { Choices } from '../dashboards/choices.ts';
import type { Dashboard, RowsPanel } from '../dashboards/dashboard.ts';
import type { PanelRows } from '../dashboards/rows.ts';
import { figureText } from '../render/figure.ts';
import { inlineJson } from '../render/html.ts';
import { panelPath } from './links.ts';
import { Markdown } from './markdown.tsx';
import type { Drawings, PanelContent, PanelView } from './panel-view.ts';
import { RowsTable } from './rows-table.tsx';

interface PanelProps {
  view: PanelView;
  dashboard: Dashboard;
  choices: Choices;
  /** Whether a service is there to hand out downloads. */
  served: boolean;
}

/** Rows of the text table under a chart; the downloads hold all of them. */
const TABLE_ROWS = 100;

export const PanelSection = ({ view, dashboard, choices, served }: PanelProps) => {
  const { panel, title, span, content } = view;
  const heading = `panel-${panel.id}`;
  return (
    <section
      class={`panel kind-${panel.kind} span-${span}`}
      aria-labelledby={heading}
      id={panel.id}
    >
      <header>
        <h2 id={heading} title={title}>
          {title}
        </h2>
        {served && content.kind === 'rows' && (
          <Downloads panel={content.panel} dashboard={dashboard} choices={choices} title={title} />
        )}
      </header>
      {panel.description && <p class="description">{choices.fill(panel.description)}</p>}
      <Content
        content={content}
        view={view}
        dashboard={dashboard}
        choices={choices}
        served={served}
      />
    </section>
  );
};

const Content = ({ content, view, served, ...rest }: PanelProps & { content: PanelContent }) => {
  if (content.kind === 'markdown') return <Markdown text={content.text} />;
  if (content.kind === 'error') {
    return (
      <div class="failed" role="status">
        <strong>{content.message}</strong>
        <span>{content.hint}</span>
      </div>
    );
  }
  const { panel, rows, drawings, href } = content;
  if (panel.kind === 'figure') return <Figure panel={panel} rows={rows} />;
  if (rows.rows.length === 0) return <Empty text={panel.empty} />;
  if (panel.kind === 'table') {
    return (
      <>
        <RowsTable
          label={`Rows of ${view.title}`}
          rows={rows}
          columns={panel.columns}
          href={href}
          sortable
        />
        <Cut rows={rows} limit={panel.query.limit} />
      </>
    );
  }
  return (
    <>
      {drawings && <Chart panel={panel} drawings={drawings} {...rest} />}
      <Cut rows={rows} limit={panel.query.limit} />
      <details class="as-table">
        <summary>As a table</summary>
        <RowsTable
          label={`${view.title}, as a table`}
          rows={rows}
          href={href}
          maxRows={TABLE_ROWS}
        />
        {rows.rows.length > TABLE_ROWS && (
          <p class="cut">
            The first {TABLE_ROWS} of {rows.rows.length.toLocaleString('en-US')} rows
            {served ? '; the downloads hold all.' : '.'}
          </p>
        )}
      </details>
    </>
  );
};

interface ChartProps {
  panel: RowsPanel;
  drawings: Drawings;
  dashboard: Dashboard;
  choices: Choices;
}

const Chart = ({ panel, drawings, dashboard, choices }: ChartProps) => (
  <div
    class="chart"
    data-chart={drawings.vega ? undefined : chartPath(panel, dashboard, choices)}
    data-alt={drawings.alt}
  >
    {drawings.vega && <script type="application/json">{raw(inlineJson(drawings.vega))}</script>}
    <div class="drawing wide">{raw(drawings.wide)}</div>
    <div class="drawing narrow">{raw(drawings.narrow)}</div>
  </div>
);

const chartPath = (panel: RowsPanel, dashboard: Dashboard, choices: Choices): string =>
  panelPath(dashboard, panel, 'vega.json', choices.query());

const Figure = ({ panel, rows }: { panel: RowsPanel; rows: PanelRows }) => {
  if (panel.kind !== 'figure') return null;
  const { value, unit, change, mood, before } = figureText(panel, rows);
  return (
    <p class="value">
      <strong>
        {value}
        {unit && <small> {unit}</small>}
      </strong>
      {change && (
        <span class={`change ${mood}`} title={`${before} in the period before`}>
          {change}
          <span class="off-screen"> against the period before, {before}</span>
        </span>
      )}
    </p>
  );
};

const Empty = ({ text = 'No runs match these choices.' }: { text?: string | undefined }) => (
  <p class="empty">{text}</p>
);

const Cut = ({ rows, limit }: { rows: PanelRows; limit: number }) =>
  rows.truncated ? (
    <p class="cut">Shows {limit.toLocaleString('en-US')} rows; there are more.</p>
  ) : null;

interface DownloadsProps {
  panel: RowsPanel;
  dashboard: Dashboard;
  choices: Choices;
  title: string;
}

const FORMATS = ['csv', 'json', 'arrow', 'parquet'];

const Downloads = ({ panel, dashboard, choices, title }: DownloadsProps) => (
  <details class="menu">
    <summary aria-label={`Downloads of ${title}`} title="Downloads">
      <span aria-hidden="true">⋯</span>
    </summary>
    <ul>
      {(panel.kind === 'table' ? FORMATS : ['png', 'svg', ...FORMATS]).map((format) => (
        <li>
          <a href={panelPath(dashboard, panel, format, choices.query())} download="">
            {format.toUpperCase()}
          </a>
        </li>
      ))}
    </ul>
  </details>
);
