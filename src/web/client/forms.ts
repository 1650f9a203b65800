import type { Show } from './swap.ts';

/** Who types a name into a list passes other choices on the way: they count once the keys rest. */
const TYPING_MS = 500;

/** A choice takes effect at once, and becomes part of the address. */
export function startForms(show: Show): void {
  let typedAt = -Infinity;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const submit = (form: HTMLFormElement): void => {
    clearTimeout(waiting);
    const rest = typedAt + TYPING_MS - performance.now();
    if (rest > 0) waiting = setTimeout(submit, rest, form);
    else if (form.isConnected) form.requestSubmit();
  };
  document.addEventListener('keydown', (event) => {
    if (event.key.length === 1 && event.target instanceof HTMLSelectElement) {
      typedAt = performance.now();
    }
  });
  document.addEventListener('change', (event) => {
    const control = event.target;
    if (!(control instanceof HTMLSelectElement || control instanceof HTMLInputElement)) return;
    if (control.type === 'date' || control.name === '') return;
    if (control.form?.matches(FORMS) === true) submit(control.form);
  });
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.matches(FORMS)) return;
    event.preventDefault();
    void show(addressOf(form), { push: true });
  });
  window.addEventListener('popstate', () => void show(location.href));
}

const FORMS = '[data-params], [data-columns]';

function addressOf(form: HTMLFormElement): string {
  const query = new URLSearchParams();
  const data = new FormData(form);
  for (const [name, value] of data) {
    if (typeof value !== 'string' || value === '' || /\.(from|to)$/.test(name)) continue;
    const [from, to] = [textOf(data, `${name}.from`), textOf(data, `${name}.to`)];
    // Two days count when they were just filled in; a period chosen since replaces them.
    const days =
      from !== '' && to !== '' && form.querySelector('details[open] input[type=date]') !== null;
    query.append(name, days ? `${from}..${to}` : value);
  }
  return `${form.getAttribute('action') ?? location.pathname}?${query.toString()}`;
}

function textOf(data: FormData, name: string): string {
  const value = data.get(name);
  return typeof value === 'string' ? value : '';
}
