import type { Show } from './swap.ts';

/**
 * Takes new data in as the server has it, while the page is in sight: a browser has six connections to a
 * service for all its tabs, and the seventh tab would wait for one for ever. Who is in the middle of something is asked first: an
 * open menu, a choice being made, runs chosen to compare, text being selected.
 */
export function listen(show: Show): void {
  if (document.querySelector('[data-panels]') === null) return;
  let events: EventSource | undefined;
  let revision: number | undefined;
  const refresh = async (): Promise<void> => {
    document.querySelector('.offer')?.remove();
    await show(location.href);
  };
  const take = (event: MessageEvent): void => {
    const told = JSON.parse(String(event.data)) as { dataVersion: number; revision: number };
    const reread = revision !== undefined && told.revision !== revision;
    revision = told.revision;
    if (!reread && String(told.dataVersion) === document.documentElement.dataset['version']) return;
    if (isBusy()) offer(refresh);
    else void refresh();
  };
  const follow = (): void => {
    events?.close();
    events = undefined;
    if (document.hidden) return;
    events = new EventSource('/api/v1/events');
    events.addEventListener('version', take);
  };
  document.addEventListener('visibilitychange', follow);
  follow();
}

function isBusy(): boolean {
  const { activeElement } = document;
  if (activeElement instanceof Element && activeElement.closest('form') !== null) return true;
  return (
    document.querySelector('details[open], .compare :checked') !== null ||
    document.documentElement.hasAttribute('aria-busy') ||
    String(getSelection()) !== ''
  );
}

function offer(refresh: () => Promise<void>): void {
  if (document.querySelector('.offer') !== null) return;
  const button = document.createElement('button');
  button.className = 'offer';
  button.type = 'button';
  button.textContent = 'New data is there: show it';
  button.addEventListener('click', () => void refresh());
  document.querySelector('main')?.append(button);
}
