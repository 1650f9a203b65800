import type { Dashboard } from '../dashboards/dashboard.ts';
import { Page, type Frame } from './layout.tsx';

interface ErrorProps {
  frame: Frame;
  status: number;
  code: string;
  message: string;
  hint: string;
  /** The dashboard that was asked for with choices it does not take. */
  dashboard: Pick<Dashboard, 'id' | 'title'> | undefined;
}

export const ErrorPage = ({ frame, status, code, message, hint, dashboard }: ErrorProps) => (
  <Page frame={frame} title={status === 404 ? 'Not found' : 'Something is wrong'} showsRuns={false}>
    <section class="panel problem">
      <p class="code">
        {status} · {code}
      </p>
      <h1>{message.charAt(0).toUpperCase() + message.slice(1)}</h1>
      <p>{hint}</p>
      <p>
        {dashboard && (
          <>
            <a href={`/dashboards/${dashboard.id}`}>{dashboard.title} without these choices</a>
            {' · '}
          </>
        )}
        <a href="/">All dashboards</a>
      </p>
    </section>
  </Page>
);
