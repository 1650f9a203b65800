import type { Show } from './swap.ts';

const OPEN = 'details.menu[open], .period details[open], [role=combobox][aria-expanded=true]';

/** Links within a page are followed without leaving it; without a script they are plain links. */
export function startLinks(show: Show): void {
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[data-swap]') : null;
    if (!(link instanceof HTMLAnchorElement) || link.href === '') return;
    // Who wants a tab or a window of its own gets one.
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const panel = link.closest('.panel')?.id ?? '';
    const focus = {
      open: 'main.whole [data-swap=close]',
      close: `#${CSS.escape(panel)} [data-swap=open]`,
    }[link.dataset['swap'] ?? ''];
    void show(link.href, { push: true, ...(focus === undefined ? {} : { focus }) });
  });
  document.addEventListener('keydown', (event) => {
    // Escape first closes what is open in the panel, then the panel.
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    if (document.querySelector(OPEN) !== null) return;
    document.querySelector<HTMLAnchorElement>('main.whole [data-swap=close]')?.click();
  });
}
