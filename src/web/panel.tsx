import type { Choices } from '../dashboards/choices.ts';
import type { Dashboard, RowsPanel, TablePanel } from '../dashboards/dashboard.ts';
import type { TableColumn } from '../dashboards/schema.ts';
import type { PanelRows } from '../dashboards/rows.ts';
import type { Value } from '../engine/engine.ts';
import { figureText } from '../render/figure.ts';
import { cutNote } from '../render/panel-picture.ts';
import { AnnotationNotes, AnnotationTable } from './annotations.tsx';
import { Chart } from './chart.tsx';
import { CompareForm } from './compare-form.tsx';
import { dashboardPath, panelPath } from './links.ts';
import { Markdown } from './markdown.tsx';
import type { PanelContent, PanelView, Paging } from './panel-view.ts';
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

const Content = ({
  content,
  view,
  dashboard,
  choices,
  served,
}: PanelProps & { content: PanelContent }) => {
  if (content.kind === 'markdown') return <Markdown text={content.text} />;
  if (content.kind === 'error') {
    return (
      <div class="failed" role="status">
        <strong>{content.message}</strong>
        <span>{content.hint}</span>
      </div>
    );
  }
  const { panel, rows, columns, paging, drawings, annotations, href } = content;
  if (panel.kind === 'figure') return <Figure panel={panel} rows={rows} />;
  if (rows.rows.length === 0) {
    return (
      <>
        <Empty text={paging ? 'There is nothing on this page.' : panel.empty} />
        {paging && <Pages paging={paging} panel={panel} rows={rows} title={view.title} />}
      </>
    );
  }
  if (panel.kind === 'table') {
    return (
      <>
        <RunsTable
          label={`Rows of ${view.title}`}
          panel={panel}
          rows={rows}
          columns={columns}
          href={href}
        />
        {paging ? (
          <Pages paging={paging} panel={panel} rows={rows} title={view.title} />
        ) : (
          <Cut rows={rows} limit={panel.query.limit} />
        )}
      </>
    );
  }
  return (
    <>
      {drawings && <Chart drawings={drawings} address={chartPath(panel, dashboard, choices)} />}
      <Cut rows={rows} limit={panel.query.limit} />
      <AnnotationNotes annotations={annotations} />
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
        <AnnotationTable annotations={annotations} title={view.title} />
      </details>
    </>
  );
};

interface RunsTableProps {
  label: string;
  panel: TablePanel;
  rows: PanelRows;
  columns: TableColumn[];
  href: ((row: Value[]) => string | undefined) | undefined;
}

/** A table; where its rows are runs and lead to them, some can be chosen to compare. */
const RunsTable = ({ label, panel: { link }, rows, columns, href }: RunsTableProps) => {
  const table = { label, rows, columns, href, sortable: true };
  if (href === undefined || link === undefined || !('run' in link) || rows.rows.length < 2) {
    return <RowsTable {...table} />;
  }
  const at = rows.columns.findIndex((it) => it.name === link.run);
  const runOf = (row: Value[]): string | undefined => row[at]?.toString();
  return (
    <CompareForm>
      <RowsTable {...table} runOf={runOf} />
    </CompareForm>
  );
};

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
  rows.truncated ? <p class="cut">{cutNote(limit)}</p> : null;

interface PagesProps {
  paging: Paging;
  panel: RowsPanel;
  rows: PanelRows;
  title: string;
}

const Pages = ({ paging: { page, previous, next }, panel, rows, title }: PagesProps) => {
  const before = (page - 1) * panel.query.limit;
  const count = (row: number): string => row.toLocaleString('en-US');
  return (
    <nav class="pages" aria-label={`Pages of ${title}`}>
      {previous && (
        <a href={previous} rel="prev">
          Previous
        </a>
      )}
      <span>
        {rows.rows.length > 0
          ? `Rows ${count(before + 1)} to ${count(before + rows.rows.length)}`
          : `Page ${count(page)}`}
      </span>
      {next && (
        <a href={next} rel="next">
          Next
        </a>
      )}
    </nav>
  );
};

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
      <li>
        <a href={`${dashboardPath(dashboard.id, choices.query())}#${panel.id}`} data-copy="">
          Copy link <span role="status" class="muted"></span>
        </a>
      </li>
    </ul>
  </details>
);
