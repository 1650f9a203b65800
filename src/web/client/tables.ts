/** Headings of sortable tables become buttons. */
export function startTables(): void {
  for (const table of document.querySelectorAll<HTMLTableElement>('table[data-sortable]')) {
    table.removeAttribute('data-sortable');
    table.querySelectorAll<HTMLTableCellElement>('thead th').forEach((heading, column) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = heading.textContent;
      heading.replaceChildren(button);
      button.addEventListener('click', () => sort(table, heading, column));
    });
  }
}

function sort(table: HTMLTableElement, heading: HTMLTableCellElement, column: number): void {
  const down = heading.getAttribute('aria-sort') !== 'descending';
  for (const other of table.querySelectorAll('th')) other.removeAttribute('aria-sort');
  heading.setAttribute('aria-sort', down ? 'descending' : 'ascending');
  const body = table.tBodies[0];
  if (body === undefined) return;
  const key = (row: HTMLTableRowElement): string => row.cells[column]?.dataset['value'] ?? '';
  const rows = [...body.rows].sort((a, b) => compare(key(a), key(b), down ? -1 : 1));
  body.append(...rows);
}

/** Numbers as numbers, text as text, and what is missing always last. */
function compare(a: string, b: string, sign: number): number {
  if (a === '' || b === '') return a === b ? 0 : a === '' ? 1 : -1;
  const [x, y] = [Number(a), Number(b)];
  if (!Number.isNaN(x) && !Number.isNaN(y)) return sign * (x - y);
  return sign * a.localeCompare(b);
}
