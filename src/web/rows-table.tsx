import type { TableColumn } from '../dashboards/schema.ts';
import type { PanelColumn, PanelRows } from '../dashboards/rows.ts';
import type { Value } from '../engine/engine.ts';
import { formatValue } from '../render/format.ts';
import { CompareBox } from './compare-form.tsx';
import { Time } from './layout.tsx';

interface TableProps {
  label: string;
  rows: PanelRows;
  /** Default: every column, as the view names them. */
  columns?: TableColumn[];
  href?: ((row: Value[]) => string | undefined) | undefined;
  maxRows?: number;
  sortable?: boolean;
  /** The id of a row's run: puts a box before it, to choose runs to compare. */
  runOf?: ((row: Value[]) => string | undefined) | undefined;
}

/** Rows as a table: numbers to the right, long text cut with the whole on hover. */
export const RowsTable = ({
  label,
  rows,
  columns = rows.columns.map((it) => ({ column: it.name })),
  href,
  maxRows = Infinity,
  sortable = false,
  runOf,
}: TableProps) => {
  const shown = columns.flatMap((it) => {
    const at = rows.columns.findIndex(({ name }) => name === it.column);
    const column = rows.columns[at];
    return column === undefined ? [] : [{ ...it, at, info: column }];
  });
  return (
    <div class="scroll" tabindex={0} role="region" aria-label={label}>
      <table data-sortable={sortable ? '' : undefined}>
        <thead>
          <tr>
            {shown.map(({ column, title, info }) => (
              <th
                scope="col"
                class={isNumber(info) ? 'number' : undefined}
                title={info.description}
              >
                {title ?? headline(column)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.rows.slice(0, maxRows).map((row) => {
            const link = href?.(row);
            const runId = runOf?.(row);
            return (
              <tr>
                {shown.map((it, index) => (
                  <td
                    class={isNumber(it.info) ? 'number' : undefined}
                    data-value={sortKey(row[it.at] ?? null)}
                  >
                    {index === 0 && runId !== undefined && (
                      <CompareBox runId={runId} label={String(row[it.at] ?? runId)} />
                    )}
                    <Cell
                      value={row[it.at] ?? null}
                      column={it}
                      info={it.info}
                      link={index === 0 ? link : undefined}
                    />
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
};

interface CellProps {
  value: Value;
  column: TableColumn;
  info: PanelColumn;
  link: string | undefined;
}

const Cell = ({ value, column: { column, format, unit }, info, link }: CellProps) => {
  if (info.type === 'timestamp' && value !== null && format !== 'date') {
    return <Time ms={Number(value)} />;
  }
  const text = formatValue(value, { type: info.type, format, unit });
  if (link !== undefined) {
    return (
      <a href={link} title={text}>
        {text === '' ? '(no name)' : text}
      </a>
    );
  }
  if (column === 'status') return <Status status={text} />;
  return typeof value === 'string' && text.length > 24 ? (
    <span title={text}>{text}</span>
  ) : (
    <>{text}</>
  );
};

export const Status = ({ status }: { status: string }) => (
  <span class={`status status-${/^[A-Za-z]+$/.test(status) ? status.toLowerCase() : 'other'}`}>
    {status}
  </span>
);

const isNumber = ({ type }: PanelColumn): boolean => type === 'double' || type === 'int64';

const headline = (name: string): string =>
  name.replaceAll('_', ' ').replace(/^./, (it) => it.toUpperCase());

const sortKey = (value: Value): string => (value === null ? '' : String(value));
