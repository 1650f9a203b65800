/** Where the bar is too narrow for all dashboards, the one that is shown is in sight. */
export function showCurrent(): void {
  const nav = document.querySelector('.bar nav');
  const current = nav?.querySelector('[aria-current]')?.getBoundingClientRect();
  if (!nav || current === undefined) return;
  const { left, width } = nav.getBoundingClientRect();
  nav.scrollLeft += current.left - left - (width - current.width) / 2;
}
