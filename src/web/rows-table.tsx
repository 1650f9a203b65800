import { headline } from '../dashboards/headline.ts';
import type { TableColumn } from '../dashboards/schema.ts';
import type { PanelColumn, PanelRows } from '../dashboards/rows.ts';
import type { Value } from '../engine/engine.ts';
import { commonDecimals, formatValue } from '../render/format.ts';
import { CompareBox } from './compare-form.tsx';
import { Time } from './layout.tsx';
import { isChosen, pickAddress, pickedValue, type Selection } from './selection.ts';
import type { TableView } from './table-view.ts';
import { Scroll } from './scroll.tsx';

interface TableProps {
  label: string;
  rows: PanelRows;
  /** Default: every column, as the view names them. */
  columns?: TableColumn[];
  href?: ((row: Value[]) => string | undefined) | undefined;
  /** How it is sorted, and where its headings lead. */
  sorting?: Pick<TableView, 'sort' | 'sorted'> | undefined;
  /** What a click on its values does. */
  selection?: Selection | undefined;
  /** The id of a row's run: puts a box before it, to choose runs to compare. */
  runOf?: ((row: Value[]) => string | undefined) | undefined;
}

/** Rows as a table: numbers to the right, long text cut with the whole on hover. */
export const RowsTable = ({
  label,
  rows,
  columns = rows.columns.map((it) => ({ column: it.name })),
  href,
  sorting,
  selection,
  runOf,
}: TableProps) => {
  const shown = columns.flatMap((it) => {
    const at = rows.columns.findIndex(({ name }) => name === it.column);
    const column = rows.columns[at];
    if (column === undefined) return [];
    const { format } = it;
    const values = rows.rows.map((row) => row[at] ?? null);
    const aligns = column.type === 'double' && trims(format);
    const decimals = aligns ? commonDecimals(values, format) : undefined;
    return [{ ...it, at, info: column, days: areDays(at, rows), decimals }];
  });
  const reader =
    (row: Value[]) =>
    (name: string): Value | undefined =>
      row[rows.columns.findIndex((it) => it.name === name)];
  const chosen = (row: Value[]): boolean =>
    selection !== undefined && isChosen(selection, reader(row)) === true;
  // Rows that are all chosen need not be told from others.
  const marks = rows.rows.some((row) => !chosen(row));
  return (
    <Scroll label={label}>
      <table>
        <thead>
          <tr>
            {shown.map(({ column, title, info }) => (
              <th
                scope="col"
                class={isNumber(info) ? 'number' : undefined}
                title={info.description}
                aria-sort={ariaSort(column, sorting)}
              >
                <Heading text={title ?? headline(column)} address={sorting?.sorted.get(column)} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.rows.map((row) => {
            const link = href?.(row);
            const runId = runOf?.(row);
            return (
              <tr class={marks && chosen(row) ? 'chosen' : undefined}>
                {shown.map((it, index) => (
                  <td class={isNumber(it.info) ? 'number' : undefined}>
                    {index === 0 && runId !== undefined && (
                      <CompareBox runId={runId} label={String(row[it.at] ?? runId)} />
                    )}
                    <Cell
                      value={row[it.at] ?? null}
                      column={it}
                      days={it.days}
                      info={it.info}
                      link={index === 0 ? link : undefined}
                      pick={pickOf(it.column, selection, reader(row))}
                    />
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scroll>
  );
};

interface Picked {
  address: string | undefined;
  chosen: boolean;
}

/** What a click on a cell chooses; its own name says so to who hears the page. */
function pickOf(
  column: string,
  selection: Selection | undefined,
  read: (name: string) => Value | undefined,
): Picked | undefined {
  const pick = selection?.picks.find((it) => it.column === column);
  if (selection === undefined || pick === undefined) return undefined;
  const value = pickedValue(pick, read);
  if (value === undefined) return undefined;
  const address = pickAddress(selection, new Map([[pick.param, value]]));
  return { address, chosen: pick.chosen.includes(value) };
}

const Heading = ({ text, address }: { text: string; address: string | undefined }) =>
  address === undefined ? (
    <>{text}</>
  ) : (
    <a href={address} data-swap="">
      {text}
    </a>
  );

function ariaSort(column: string, sorting: TableProps['sorting']) {
  if (sorting?.sort?.column !== column || !sorting.sorted.has(column)) return undefined;
  return sorting.sort.direction === 'asc' ? ('ascending' as const) : ('descending' as const);
}

interface CellProps {
  value: Value;
  column: TableColumn & { decimals: number | undefined };
  info: PanelColumn;
  /** Whether the column's times stand for whole days (UTC), which no other zone moves. */
  days: boolean;
  link: string | undefined;
  pick: Picked | undefined;
}

const Cell = ({ pick, link, ...props }: CellProps) => {
  if (pick?.address === undefined && !pick?.chosen) return <Shown {...props} link={link} />;
  const { value, column, info } = props;
  const text = formatValue(value, { ...column, type: info.type });
  return (
    <>
      <a
        class="pick"
        href={pick.address}
        data-swap=""
        aria-current={pick.chosen ? 'true' : undefined}
        title={`${text}: ${pick.chosen ? (pick.address ? 'show all again' : 'chosen') : 'show this only'}`}
      >
        <Shown {...props} link={undefined} />
      </a>
      {link !== undefined && (
        <a class="go" href={link} aria-label={`Open ${text}`} title={`Open ${text}`}>
          <span aria-hidden="true">→</span>
        </a>
      )}
    </>
  );
};

type ShownProps = Omit<CellProps, 'pick'>;

const Shown = ({ value, column: it, info, days, link }: ShownProps) => {
  const { column, format, unit, decimals } = it;
  if (info.type === 'timestamp' && value !== null && !days) {
    return <Time ms={Number(value)} day={format === 'date'} age={format === 'ago'} />;
  }
  const text = formatValue(value, {
    type: info.type,
    format: days ? 'date' : format,
    unit,
    decimals,
  });
  if (link !== undefined) {
    return (
      <a href={link} title={text}>
        {text.trim() === '' ? '(no name)' : text}
      </a>
    );
  }
  if (column === 'status') return <Status status={text} />;
  const whole = wholeOf(value, text, format);
  return whole === undefined ? <>{text}</> : <span title={whole}>{text}</span>;
};

/** What a cell may have no room for: a long text, or the digits that were rounded. */
function wholeOf(value: Value, text: string, format: string | undefined): string | undefined {
  if (typeof value === 'string') return value.length > 24 ? value : undefined;
  if (typeof value !== 'number' || !Number.isFinite(value) || !trims(format)) return undefined;
  const shown = Number.parseFloat(text.replaceAll(',', '').replace('−', '-'));
  return shown === value ? undefined : String(value);
}

/** Whether a format leaves it to the number how many digits it has. */
const trims = (format: string | undefined): boolean => format === undefined || format.includes('~');

export const Status = ({ status }: { status: string }) => (
  <span class={`status status-${/^[A-Za-z]+$/.test(status) ? status.toLowerCase() : 'other'}`}>
    {status}
  </span>
);

const DAY = 86_400_000;

const areDays = (at: number, { columns, rows }: PanelRows): boolean =>
  columns[at]?.type === 'timestamp' &&
  rows.every((row) => row[at] === null || Number(row[at]) % DAY === 0);

const isNumber = ({ type }: PanelColumn): boolean => type === 'double' || type === 'int64';
