import { arranged, arranges, type Arrangement } from '../dashboards/arrangement.ts';
import type { Choices } from '../dashboards/choices.ts';
import type { Dashboard, Panel } from '../dashboards/dashboard.ts';
import { dashboardPath, panelPath } from './links.ts';
import type { PanelView } from './panel-view.ts';
import type { ColumnChoice } from './table-view.ts';

/** Where a panel is to be had: as files, in the whole window, by itself. */
export interface PanelAddresses {
  files: { format: string; address: string }[];
  /** The dashboard with the panel in sight. */
  link: string;
  /** Whether it has the window; `toggle` gives it the window or takes it back. */
  whole: boolean;
  toggle: string | undefined;
}

const FORMATS = ['csv', 'json', 'arrow', 'parquet'];

export function panelAddresses(
  panel: Panel,
  dashboard: Dashboard,
  choices: Choices,
  arrangement: Arrangement,
): PanelAddresses {
  const whole = arrangement.panel === panel.id;
  const page = (it: Arrangement): string =>
    `${dashboardPath(dashboard.id, arranged(choices.query(), it))}#${panel.id}`;
  const { columns, sorts } = arrangement;
  const its = <T,>(all: ReadonlyMap<string, T>): Map<string, T> =>
    new Map([...all].filter(([id]) => id === panel.id));
  const files = arranged(choices.query(), {
    pages: new Map(),
    sorts: its(sorts),
    columns: its(columns),
    panel: undefined,
  });
  const formats = panel.kind === 'table' ? FORMATS : ['png', 'svg', ...FORMATS];
  return {
    files:
      panel.kind === 'markdown'
        ? []
        : formats.map((format) => ({
            format,
            address: panelPath(dashboard, panel, format, files),
          })),
    link: page(arrangement),
    whole,
    toggle: arranges(dashboard, 'panel')
      ? page({ ...arrangement, panel: whole ? undefined : panel.id })
      : undefined,
  };
}

interface ToolsProps {
  view: PanelView;
  addresses: PanelAddresses;
}

/** What one can do with a panel, at its upper right corner. */
export const PanelTools = ({ view: { panel, title, content }, addresses }: ToolsProps) => {
  const choice = content.kind === 'rows' ? content.table?.choice : undefined;
  const shown = [choice, content.kind === 'rows', addresses.toggle].filter(Boolean);
  return (
    <div class="tools" data-count={shown.length}>
      {choice && <Columns id={panel.id} title={title} choice={choice} />}
      {content.kind === 'rows' && <Downloads title={title} addresses={addresses} />}
      <Whole title={title} addresses={addresses} />
    </div>
  );
};

const Whole = ({
  title,
  addresses: { whole, toggle },
}: Omit<ToolsProps, 'view'> & { title: string }) =>
  toggle === undefined ? null : (
    <a
      class="tool"
      href={toggle}
      data-swap={whole ? 'close' : 'open'}
      aria-label={whole ? `Back to the dashboard from ${title}` : `${title} in the whole window`}
      title={whole ? 'Back to the dashboard (Escape)' : 'Whole window'}
    >
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
        <path
          d={whole ? 'M4 4l8 8M12 4l-8 8' : 'M9.5 2.5h4v4M13.5 2.5 9 7M6.5 13.5h-4v-4M2.5 13.5 7 9'}
          fill="none"
          stroke="currentColor"
          stroke-width="1.5"
          stroke-linecap="round"
          stroke-linejoin="round"
        />
      </svg>
    </a>
  );

interface ColumnsProps {
  id: string;
  title: string;
  choice: ColumnChoice;
}

/** A form of its own: without a script its button asks for the page anew. */
const Columns = ({ id, title, choice: { columns, rest, reset } }: ColumnsProps) => (
  <details class="menu" data-menu={`columns-${id}`}>
    <summary class="tool" aria-label={`Columns of ${title}`} title="Columns">
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
        <path
          d="M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10"
          fill="none"
          stroke="currentColor"
          stroke-width="1.4"
          stroke-linejoin="round"
        />
      </svg>
    </summary>
    <form class="list" data-columns="">
      {rest.map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <fieldset>
        <legend class="off-screen">Columns of {title}</legend>
        {columns.map(({ column, title: heading, shown }) => (
          <label title={heading === undefined ? column : `${heading} (${column})`}>
            <input
              type="checkbox"
              name="columns"
              value={`${id}.${column}`}
              checked={shown}
              id={`${id}.${column}`}
            />
            <span>{heading ?? column}</span>
          </label>
        ))}
      </fieldset>
      <p>
        <button type="submit">Apply</button>
        {reset && (
          <a href={reset} data-swap="">
            Usual columns
          </a>
        )}
      </p>
    </form>
  </details>
);

const Downloads = ({ title, addresses }: Omit<ToolsProps, 'view'> & { title: string }) => (
  <details class="menu">
    <summary class="tool" aria-label={`Downloads of ${title}`} title="Downloads">
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
        <path
          d="M8 2.5v7.5M4.8 7 8 10.2 11.2 7M2.8 13.2h10.4"
          fill="none"
          stroke="currentColor"
          stroke-width="1.5"
          stroke-linecap="round"
          stroke-linejoin="round"
        />
      </svg>
    </summary>
    <ul class="list">
      {addresses.files.map(({ format, address }) => (
        <li>
          <a href={address} download="">
            {format.toUpperCase()}
          </a>
        </li>
      ))}
      <li>
        <a href={addresses.link} data-copy="">
          Copy link <span role="status" class="muted"></span>
        </a>
      </li>
    </ul>
  </details>
);
