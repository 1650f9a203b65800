/** What Vega hands a tooltip handler: a spec's fields by title, already put into words. */
type Content = Record<string, unknown> | string | null | undefined;

/** One tooltip for the page: text only, so that no name from a server can become markup. */
export function createTooltip() {
  const box = document.createElement('div');
  box.className = 'tooltip';
  box.setAttribute('role', 'tooltip');
  box.hidden = true;
  return (_handler: unknown, event: MouseEvent, _item: unknown, value: Content): void => {
    if (value === null || value === undefined || value === '') {
      box.hidden = true;
      return;
    }
    box.replaceChildren(typeof value === 'object' ? list(value) : value);
    box.hidden = false;
    // A page that takes new data in has another main part.
    if (!box.isConnected) document.querySelector('main')?.append(box);
    place(box, event);
  };
}

function list(fields: Record<string, unknown>): HTMLElement {
  const names = document.createElement('dl');
  for (const [name, value] of Object.entries(fields)) {
    if (value === null || value === undefined || value === 'null' || value === '') continue;
    const [title, text] = [document.createElement('dt'), document.createElement('dd')];
    title.textContent = name;
    text.textContent = shorten(typeof value === 'string' ? value : JSON.stringify(value));
    names.append(title, text);
  }
  return names;
}

const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text);

/** Beside the pointer, and inside the window. */
function place(box: HTMLElement, { clientX, clientY }: MouseEvent): void {
  const { width, height } = box.getBoundingClientRect();
  const x = clientX + 14 + width > innerWidth ? clientX - 14 - width : clientX + 14;
  const y = clientY + 14 + height > innerHeight ? clientY - 14 - height : clientY + 14;
  box.style.transform = `translate(${Math.max(4, x)}px, ${Math.max(4, y)}px)`;
}
