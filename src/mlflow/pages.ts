import { RunlensError } from '../errors.ts';

/**
 * Follows page tokens to the end. A token that comes twice, or a hundred empty pages in a row, would
 * never end (MLflow had both: #23916, and file stores asked for no results): that is said instead.
 * @throws RunlensError PAGING_STUCK
 */
export async function* followPages<T extends { nextPageToken: string | undefined }>(
  fetchPage: (token: string | undefined) => Promise<T>,
  isEmpty: (page: T) => boolean,
): AsyncGenerator<T> {
  const seen = new Set<string>();
  let empty = 0;
  let token: string | undefined;
  do {
    const page = await fetchPage(token);
    empty = isEmpty(page) ? empty + 1 : 0;
    token = page.nextPageToken;
    if (token !== undefined && (seen.has(token) || empty >= 100)) {
      throw new RunlensError(
        'PAGING_STUCK',
        'the server repeats a page token: its pages never end',
      );
    }
    if (token !== undefined) seen.add(token);
    yield page;
  } while (token !== undefined);
}
