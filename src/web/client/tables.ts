/** Headings of sortable tables become buttons. */
export function startTables(): void {
  for (const table of document.querySelectorAll<HTMLTableElement>('table[data-sortable]')) {
    table.removeAttribute('data-sortable');
    table.querySelectorAll<HTMLTableCellElement>('thead th').forEach((heading, column) => {
      if (keyOf(table.tBodies[0]?.rows[0], column) === undefined) return;
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = heading.textContent;
      heading.replaceChildren(button);
      button.addEventListener('click', () => sort(table, heading, column));
    });
  }
}

function sort(table: HTMLTableElement, heading: HTMLTableCellElement, column: number): void {
  const body = table.tBodies[0];
  if (body === undefined) return;
  const key = (row: HTMLTableRowElement): string => {
    const own = keyOf(row, column) ?? '';
    return own === 'NaN' ? '' : own;
  };
  // Names from A, and the most or latest first; then the other way round.
  const isText = [...body.rows].some((row) => Number.isNaN(Number(key(row))));
  const before = heading.getAttribute('aria-sort');
  const down = before === null ? !isText : before === 'ascending';
  for (const other of table.querySelectorAll('th')) other.removeAttribute('aria-sort');
  heading.setAttribute('aria-sort', down ? 'descending' : 'ascending');
  const rows = [...body.rows].sort((a, b) => compare(key(a), key(b), down ? -1 : 1));
  body.append(...rows);
}

/** What a cell is sorted by; undefined in a column that nothing sorts. */
const keyOf = (row: HTMLTableRowElement | undefined, column: number): string | undefined =>
  row?.cells[column]?.dataset['value'];

/** Numbers as numbers, text as text, and what is missing always last. */
function compare(a: string, b: string, sign: number): number {
  if (a === '' || b === '') return a === b ? 0 : a === '' ? 1 : -1;
  const [x, y] = [Number(a), Number(b)];
  if (!Number.isNaN(x) && !Number.isNaN(y)) return sign * (x - y);
  return sign * a.localeCompare(b);
}
