/** A panel's own address goes to the clipboard; where a page may not do that, the link is followed. */
export function startCopy(): void {
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[data-copy]') : null;
    // Only pages of a secure origin have a clipboard, whatever the types say.
    if (!(link instanceof HTMLAnchorElement) || !('clipboard' in navigator)) return;
    event.preventDefault();
    const say = (text: string): void => {
      const shown = link.querySelector('[role=status]');
      if (shown !== null) shown.textContent = text;
    };
    navigator.clipboard.writeText(link.href).then(
      () => say('Copied'),
      () => location.assign(link.href),
    );
    link.closest('details')?.addEventListener('toggle', () => say(''), { once: true });
  });
}
