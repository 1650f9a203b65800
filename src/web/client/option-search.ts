export interface Option {
  value: string;
  label: string;
}

export interface Found {
  options: Option[];
  /** True when there are more than these. */
  cut: boolean;
}

/** More than one reads through; further letters find the rest. */
const MOST = 100;
const TYPING_MS = 150;

/**
 * Finds options by the words in their label: among those of the list, and at the service when the
 * list does not hold all. Gives nothing when it was asked again meanwhile.
 */
export function createSearch(select: HTMLSelectElement) {
  const own = [...select.options].map(({ value, text, title }) => ({
    value,
    label: title || text,
  }));
  let asking = new AbortController();
  return async (words: string): Promise<Found | undefined> => {
    asking.abort();
    const { signal } = (asking = new AbortController());
    const address = select.dataset['beyond'];
    if (address === undefined || words === '') {
      const sought = words.toLowerCase();
      const found = own.filter((it) => it.label.toLowerCase().includes(sought));
      const more = found.length > MOST || (words === '' && address !== undefined);
      return { options: found.slice(0, MOST), cut: more };
    }
    try {
      await new Promise((rested) => setTimeout(rested, TYPING_MS));
      signal.throwIfAborted();
      const url = new URL(address, location.href);
      url.searchParams.set('q', words);
      const response = await fetch(url, { signal });
      if (!response.ok) throw new Error(response.statusText);
      return (await response.json()) as Found;
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  };
}
