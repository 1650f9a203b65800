import type { Child } from 'hono/jsx';

interface ScrollProps {
  label: string;
  /** Which screens show it; all of them without it. */
  only?: 'desk' | 'phone' | undefined;
  children: Child;
}

/** What may be wider than the page: it is scrolled by itself, also with the keyboard. */
export const Scroll = ({ label, only, children }: ScrollProps) => (
  <div class={`scroll${only ? ` on-${only}` : ''}`} tabindex={0} role="region" aria-label={label}>
    {children}
  </div>
);
