/** Menus close when one looks elsewhere, or presses Escape. */
export function startMenus(): void {
  const close = (except: Node | null): void => {
    for (const menu of document.querySelectorAll('details.menu[open], .period details[open]')) {
      if (except !== null && menu.contains(except)) continue;
      // What is in a closed menu cannot have the focus.
      const inside = menu.contains(document.activeElement);
      menu.removeAttribute('open');
      if (except === null && inside) menu.querySelector('summary')?.focus();
    }
  };
  document.addEventListener('click', (event) => {
    if (event.target instanceof Node) close(event.target);
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') close(null);
  });
}
