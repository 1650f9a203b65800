/** What a page's choices and data change; the rest of the page stays as it is. */
const PARTS = ['.bar nav', '.fresh', 'main', 'footer'];

/**
 * Shows another state of the page without leaving it: the server renders, the page takes the parts.
 * Keyboard focus stays with the control that had it, and open tables stay open.
 */
export async function swap(address: string): Promise<boolean> {
  document.documentElement.setAttribute('aria-busy', 'true');
  try {
    const response = await fetch(address, { headers: { Accept: 'text/html' } });
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    const focused = document.activeElement?.id ?? '';
    const open = [...document.querySelectorAll('.as-table[open]')].map((it) => panelOf(it));
    for (const part of PARTS) {
      const [old, next] = [document.querySelector(part), page.querySelector(part)];
      if (old !== null && next !== null) old.replaceWith(document.adoptNode(next));
    }
    document.title = page.title;
    document.documentElement.dataset['version'] = page.documentElement.dataset['version'] ?? '';
    for (const id of open) {
      document.getElementById(id)?.querySelector('.as-table')?.setAttribute('open', '');
    }
    if (focused !== '') document.getElementById(focused)?.focus({ preventScroll: true });
    return response.redirected || response.ok;
  } finally {
    document.documentElement.removeAttribute('aria-busy');
  }
}

const panelOf = (element: Element): string => element.closest('.panel')?.id ?? '';
