const YEAR = 31_536_000;

/** Switches between light and dark; a cookie keeps it, so that the server's page has it from the start. */
export function startTheme(): void {
  const button = document.querySelector<HTMLButtonElement>('[data-action=theme]');
  if (button === null) return;
  button.addEventListener('click', () => {
    const root = document.documentElement;
    const dark =
      root.dataset['theme'] === undefined
        ? matchMedia('(prefers-color-scheme: dark)').matches
        : root.dataset['theme'] === 'dark';
    root.dataset['theme'] = dark ? 'light' : 'dark';
    document.cookie = `theme=${root.dataset['theme']}; path=/; max-age=${YEAR}; samesite=lax`;
  });
}
