import type { Choices } from '../dashboards/choices.ts';
import type { Dashboard, RowsPanel } from '../dashboards/dashboard.ts';
import type { PanelRows } from '../dashboards/rows.ts';
import type { Value } from '../engine/engine.ts';
import { figureText } from '../render/figure.ts';
import { cutNote, emptyNote } from '../render/panel-picture.ts';
import { toldColumns } from '../render/told-columns.ts';
import { AnnotationNotes, AnnotationTable } from './annotations.tsx';
import { Chart } from './chart.tsx';
import { CompareForm } from './compare-form.tsx';
import { panelPath } from './links.ts';
import { Markdown } from './markdown.tsx';
import { PanelTools, type PanelAddresses } from './panel-tools.tsx';
import type { PanelContent, PanelView, Paging } from './panel-view.ts';
import { RowsTable } from './rows-table.tsx';

interface PanelProps {
  view: PanelView;
  dashboard: Dashboard;
  choices: Choices;
  /** Where the panel's files and its other sizes are; undefined where no service is. */
  addresses: PanelAddresses | undefined;
}

type RowsContent = Extract<PanelContent, { kind: 'rows' }>;

export const PanelSection = (props: PanelProps) => {
  const { view, choices, addresses } = props;
  const { panel, title, span } = view;
  const heading = `panel-${panel.id}`;
  const whole = addresses?.whole === true;
  const description = panel.description && choices.fill(panel.description);
  // A figure has no room for its description: it stands on hover.
  const hover = panel.kind === 'figure' && description ? `${title}: ${description}` : title;
  return (
    <section
      class={`panel kind-${panel.kind} span-${span}${whole ? ' whole' : ''}`}
      aria-labelledby={heading}
      id={panel.id}
    >
      <header>
        <h2 id={heading} title={hover}>
          {title}
        </h2>
        {addresses && <PanelTools view={view} addresses={addresses} />}
      </header>
      {description && <p class="description">{description}</p>}
      <Content {...props} content={view.content} />
    </section>
  );
};

const Content = ({ content, ...props }: PanelProps & { content: PanelContent }) => {
  if (content.kind === 'markdown') return <Markdown text={content.text} />;
  if (content.kind === 'error') {
    return (
      <div class="failed" role="status">
        <strong>{content.message}</strong>
        <span>{content.hint}</span>
      </div>
    );
  }
  const { panel, rows, paging } = content;
  const { title } = props.view;
  if (panel.kind === 'figure') return <Figure panel={panel} rows={rows} />;
  if (rows.rows.length === 0) {
    return (
      <>
        <Empty text={paging ? 'There is nothing on this page.' : emptyNote(panel)} />
        {paging && <Pages paging={paging} rows={rows} title={title} />}
      </>
    );
  }
  if (panel.kind === 'table') {
    return (
      <>
        <RunsTable label={`Rows of ${title}`} content={content} />
        {paging ? (
          <Pages paging={paging} rows={rows} title={title} />
        ) : (
          <Cut rows={rows} limit={panel.query.limit} />
        )}
      </>
    );
  }
  return <ChartContent {...props} content={content} />;
};

const ChartContent = ({
  content: { panel, rows, paging, drawings, annotations, href, selection },
  view: { title },
  dashboard,
  choices,
}: PanelProps & { content: RowsContent }) => {
  if (panel.kind !== 'chart') return null;
  const names = rows.columns.map((it) => it.name);
  const columns = toldColumns(panel.spec, names);
  return (
    <>
      {drawings && (
        <Chart
          drawings={drawings}
          address={panelPath(dashboard, panel, 'vega.json', choices.query())}
          selection={selection && { ...selection, scales: drawings.scales }}
        />
      )}
      <Cut rows={rows} limit={panel.query.limit} />
      <AnnotationNotes annotations={annotations} />
      <details class="as-table" open={paging?.asked}>
        <summary>As a table</summary>
        <RowsTable
          label={`${title}, as a table`}
          rows={paging ? pageOf(rows, paging) : rows}
          columns={columns}
          href={href}
          selection={selection}
        />
        {paging && <Pages paging={paging} rows={pageOf(rows, paging)} title={title} />}
        <AnnotationTable annotations={annotations} title={title} />
      </details>
    </>
  );
};

const pageOf = (rows: PanelRows, { page, size }: Paging): PanelRows => ({
  ...rows,
  rows: rows.rows.slice((page - 1) * size, page * size),
});

/** A table; where its rows are runs and lead to them, some can be chosen to compare. */
const RunsTable = ({ label, content }: { label: string; content: RowsContent }) => {
  const { panel, rows, table, href, selection } = content;
  const { link } = panel;
  const props = {
    label,
    rows,
    href,
    selection,
    ...(table === undefined ? {} : { columns: table.columns, sorting: table }),
  };
  if (href === undefined || link === undefined || !('run' in link) || rows.rows.length < 2) {
    return <RowsTable {...props} />;
  }
  const at = rows.columns.findIndex((it) => it.name === link.run);
  const runOf = (row: Value[]): string | undefined => row[at]?.toString();
  return (
    <CompareForm>
      <RowsTable {...props} runOf={runOf} />
    </CompareForm>
  );
};

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

const Empty = ({ text }: { text: string }) => <p class="empty">{text}</p>;

const Cut = ({ rows, limit }: { rows: PanelRows; limit: number }) =>
  rows.truncated ? <p class="cut">{cutNote(limit)}</p> : null;

interface PagesProps {
  paging: Paging;
  rows: PanelRows;
  title: string;
}

const Pages = ({ paging: { page, size, previous, next }, rows, title }: PagesProps) => {
  const before = (page - 1) * size;
  const count = (row: number): string => row.toLocaleString('en-US');
  return (
    <nav class="pages" aria-label={`Pages of ${title}`}>
      {previous && (
        <a href={previous} rel="prev" data-swap="">
          Previous
        </a>
      )}
      <span>
        {rows.rows.length > 0
          ? `Rows ${count(before + 1)} to ${count(before + rows.rows.length)}`
          : `Page ${count(page)}`}
      </span>
      {next && (
        <a href={next} rel="next" data-swap="">
          Next
        </a>
      )}
    </nav>
  );
};
