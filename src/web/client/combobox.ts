import { createSearch, type Option } from './option-search.ts';

/** Long lists get a field to search them by; the list itself goes on to hold what is chosen. */
export function startComboboxes(): void {
  for (const select of document.querySelectorAll<HTMLSelectElement>('select[data-search]')) {
    delete select.dataset['search'];
    enhance(select);
  }
}

function enhance(select: HTMLSelectElement): void {
  const { id, multiple } = select;
  const search = createSearch(select);
  const box = element('div', 'combobox');
  const input = element('input');
  const popup = element('div', 'options');
  const list = element('ul');
  const note = element('p', 'muted');
  select.before(box);
  box.append(input, popup);
  popup.append(list, note);
  popup.hidden = true;
  select.hidden = true;
  select.removeAttribute('id');
  list.id = `${id}-options`;
  setAll(list, { role: 'listbox', 'aria-label': labelOf(select, id) });
  setAll(note, { role: 'status' });
  if (multiple) list.setAttribute('aria-multiselectable', 'true');
  setAll(input, {
    id,
    type: 'text',
    role: 'combobox',
    autocomplete: 'off',
    spellcheck: 'false',
    'aria-autocomplete': 'list',
    'aria-expanded': 'false',
    'aria-controls': list.id,
  });

  let shown: Option[] = [];
  let active = -1;
  let changed = false;
  const chosen = (): string[] => [...select.selectedOptions].map((it) => it.value);
  const sayChosen = (): void => {
    const labels = [...select.selectedOptions].map((it) => it.title || it.text);
    input.value = labels.join(', ');
    input.title = input.value;
    if (multiple) input.placeholder = 'All';
  };
  const isOpen = (): boolean => !popup.hidden;
  const point = (index: number): void => {
    active = index;
    for (const [at, row] of [...list.children].entries()) {
      row.classList.toggle('active', at === active);
      if (at === active) row.scrollIntoView({ block: 'nearest' });
    }
    if (active < 0) input.removeAttribute('aria-activedescendant');
    else input.setAttribute('aria-activedescendant', `${list.id}-${active}`);
  };
  const mark = (): void => {
    const values = chosen();
    for (const [at, row] of [...list.children].entries()) {
      row.setAttribute('aria-selected', String(values.includes(shown[at]?.value ?? '')));
    }
    // Said while one types, and while the list is open.
    if (multiple) input.placeholder = values.length === 0 ? 'All' : `${values.length} chosen`;
  };
  const fill = async (words: string): Promise<void> => {
    list.setAttribute('aria-busy', 'true');
    try {
      const found = await search(words);
      if (found === undefined) return;
      shown = found.options;
      list.replaceChildren(...shown.map((it, index) => row(it, `${list.id}-${index}`)));
      note.textContent =
        shown.length === 0
          ? 'Nothing is named so.'
          : found.cut
            ? 'There are more: type to find them.'
            : '';
      mark();
      point(words === '' ? shown.findIndex((it) => chosen().includes(it.value)) : 0);
    } catch {
      note.textContent = 'The service does not answer.';
    }
    list.removeAttribute('aria-busy');
  };
  const open = (words = ''): void => {
    popup.hidden = false;
    input.setAttribute('aria-expanded', 'true');
    void fill(words);
  };
  const close = (): void => {
    if (!isOpen()) return;
    popup.hidden = true;
    input.setAttribute('aria-expanded', 'false');
    point(-1);
    sayChosen();
    if (changed) select.dispatchEvent(new Event('change', { bubbles: true }));
    changed = false;
  };
  const choose = ({ value, label }: Option): void => {
    const known = [...select.options].find((it) => it.value === value);
    const option = known ?? new Option(label, value);
    if (known === undefined) select.append(option);
    changed ||= multiple || !option.selected;
    option.selected = multiple ? !option.selected : true;
    if (multiple) mark();
    else close();
  };

  input.addEventListener('input', () => open(input.value));
  input.addEventListener('focus', () => input.select());
  input.addEventListener('click', () => isOpen() || open());
  input.addEventListener('blur', close);
  // The field keeps the focus while the pointer is in the list.
  popup.addEventListener('pointerdown', (event) => event.preventDefault());
  list.addEventListener('click', (event) => {
    const at = event.target instanceof Element ? event.target.closest('li') : null;
    const option = at && shown[[...list.children].indexOf(at)];
    if (option) choose(option);
  });
  input.addEventListener('keydown', (event) => {
    const option = shown[active];
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (!isOpen()) open();
      else point(wrapped(active + (event.key === 'ArrowDown' ? 1 : -1), shown.length));
    } else if (event.key === 'Enter' && isOpen()) {
      if (option) choose(option);
      else close();
    } else if (event.key === 'Escape' && isOpen()) close();
    else return;
    event.preventDefault();
  });
  sayChosen();
}

const wrapped = (index: number, count: number): number =>
  count === 0 ? -1 : (index + count) % count;

function row({ label }: Option, id: string): HTMLElement {
  const item = element('li');
  item.id = id;
  item.textContent = label;
  item.title = label;
  item.setAttribute('role', 'option');
  return item;
}

function element<K extends keyof HTMLElementTagNameMap>(name: K, className = '') {
  const made = document.createElement(name);
  made.className = className;
  return made;
}

function setAll(element: Element, attributes: Record<string, string>): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}

const labelOf = (select: HTMLSelectElement, id: string): string =>
  document.querySelector(`label[for="${CSS.escape(id)}"]`)?.textContent ?? select.name;
