import type { Child } from 'hono/jsx';

/** A table of runs to choose from; without a script the form is all it takes. */
export const CompareForm = ({ children }: { children: Child }) => (
  <form class="compare" action="/compare">
    {children}
    <button type="submit">Compare chosen runs</button>
  </form>
);

interface CompareBoxProps {
  runId: string;
  /** The run's name, for who does not see where the box stands. */
  label: string;
}

export const CompareBox = ({ runId, label }: CompareBoxProps) => (
  <input type="checkbox" name="run" value={runId} aria-label={`Compare ${label}`} />
);
