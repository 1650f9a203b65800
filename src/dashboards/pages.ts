import { RunlensError } from '../errors.ts';
import type { Dashboard } from './dashboard.ts';

/** Which page each table shows, by panel; a table that is not in it shows its first. */
export type Pages = ReadonlyMap<string, number>;

const PAGE = /^([A-Za-z_][A-Za-z0-9_]*)\.([1-9]\d{0,4})$/;

/**
 * Takes `page=PANEL.NUMBER` out of an address, once for each table that is not on its first page.
 * A dashboard with a parameter of that name keeps it to itself, and its tables do not page.
 * @throws RunlensError BAD_REQUEST for what is no page of a table
 */
export function takePages(
  { params, panels }: Dashboard,
  query: URLSearchParams,
): { pages: Pages; query: URLSearchParams } {
  const pages = new Map<string, number>();
  if ('page' in params) return { pages, query };
  const rest = new URLSearchParams(query);
  rest.delete('page');
  for (const text of query.getAll('page')) {
    const [, id = '', number] = PAGE.exec(text) ?? [];
    if (panels.find((it) => it.id === id)?.kind !== 'table') {
      throw new RunlensError('BAD_REQUEST', `no page ${JSON.stringify(text)}`, {
        field: 'page',
        hint: 'Such as page=latest.2: the id of a table and a number.',
      });
    }
    pages.set(id, Number(number));
  }
  return { pages, query: rest };
}

/** The same address with a table on another page. */
export function turnTo(query: URLSearchParams, pages: Pages, id: string, page: number) {
  const turned = new URLSearchParams(query);
  for (const [panel, number] of new Map(pages).set(id, page)) {
    if (number > 1) turned.append('page', `${panel}.${number}`);
  }
  return turned;
}
