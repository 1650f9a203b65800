/** What a page's choices and data change; the rest of the page stays as it is. */
const PARTS = ['.bar nav', '.fresh', 'main', 'footer'];

export interface ShowOptions {
  /** Makes the address one to come back to. */
  push?: boolean;
  /** What has the keyboard's focus then; without it, what had it before. */
  focus?: string;
}

/** Shows another state of the page without leaving it: the server renders, the page takes the parts. */
export type Show = (address: string, options?: ShowOptions) => Promise<void>;

/**
 * Keyboard focus stays with the control that had it, and open tables and menus stay open. Who asks
 * again before an answer is there gets the later one only.
 */
export function createShow(enliven: () => void): Show {
  let asking = new AbortController();
  return async function show(address, options = {}) {
    asking.abort();
    const mine = (asking = new AbortController());
    if (options.push === true) history.pushState(null, '', address);
    document.querySelector('.trouble')?.remove();
    document.documentElement.setAttribute('aria-busy', 'true');
    try {
      const page = await read(address, mine.signal);
      if (page === undefined) return location.assign(address);
      const had = focusOf(document.activeElement);
      take(page);
      enliven();
      const { focus } = options;
      const wanted = focus === undefined ? had() : document.querySelector(focus);
      if (wanted instanceof HTMLElement) wanted.focus({ preventScroll: focus === undefined });
    } catch (error) {
      if (!mine.signal.aborted)
        complain(error, () => void show(address, { ...options, push: false }));
    } finally {
      if (mine === asking) document.documentElement.removeAttribute('aria-busy');
    }
  };
}

/** Undefined for what is no page of ours, such as that of a proxy asking who one is. */
async function read(address: string, signal: AbortSignal): Promise<Document | undefined> {
  const response = await fetch(address, { headers: { Accept: 'text/html' }, signal });
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  // An answer may be complete although nobody waits for it any more.
  signal.throwIfAborted();
  return page.querySelector('main#content') === null ? undefined : page;
}

function take(page: Document): void {
  const open = [...document.querySelectorAll('.as-table[open], .menu[data-menu][open]')].map(
    (it) => `#${CSS.escape(panelOf(it))} .${it.className}`,
  );
  for (const part of PARTS) {
    const [old, next] = [document.querySelector(part), page.querySelector(part)];
    if (old !== null && next !== null) old.replaceWith(document.adoptNode(next));
  }
  document.title = page.title;
  document.documentElement.dataset['version'] = page.documentElement.dataset['version'] ?? '';
  for (const it of open) document.querySelector(it)?.setAttribute('open', '');
}

/** Finds what stands in the place of an element once its part of the page was replaced. */
function focusOf(element: Element | null): () => Element | null {
  if (element === null || element === document.body) return () => null;
  const { id } = element;
  if (id !== '') return () => document.getElementById(id);
  const panel = panelOf(element);
  const name = nameOf(element);
  const pages = element.closest('nav.pages') !== null;
  return () => {
    const around = document.getElementById(panel) ?? document;
    const same = [...around.querySelectorAll(element.localName)].find((it) => nameOf(it) === name);
    // What was taken back, or led to the last page, is not there any more: the keyboard goes on
    // where it was.
    return same ?? (pages ? shownIn(around, '.pages a') : null) ?? shownIn(around, CONTROLS);
  };
}

const CONTROLS = 'main, a, button, summary';

/** What is in a closed menu cannot have the focus. */
const shownIn = (around: ParentNode, selector: string): Element | null =>
  [...around.querySelectorAll(selector)].find((it) => it.checkVisibility()) ?? null;

const nameOf = (element: Element): string =>
  element.getAttribute('aria-label') ?? element.textContent.trim();

const panelOf = (element: Element): string => element.closest('.panel')?.id ?? '';

function complain(error: unknown, again: () => void): void {
  const box = document.createElement('p');
  box.className = 'trouble';
  box.setAttribute('role', 'alert');
  box.title = String(error);
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = 'Try again';
  button.addEventListener('click', again);
  box.append('The service does not answer; this page shows what was there before. ', button);
  document.querySelector('main')?.append(box);
}
