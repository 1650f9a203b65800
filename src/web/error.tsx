import { Page, type Frame } from './layout.tsx';

interface ErrorProps {
  frame: Frame;
  status: number;
  code: string;
  message: string;
  hint: string;
}

export const ErrorPage = ({ frame, status, code, message, hint }: ErrorProps) => (
  <Page frame={frame} title={status === 404 ? 'Not found' : 'Something is wrong'} showsRuns={false}>
    <section class="panel problem">
      <p class="code">
        {status} · {code}
      </p>
      <h1>{message.charAt(0).toUpperCase() + message.slice(1)}</h1>
      <p>{hint}</p>
      <p>
        <a href="/">All dashboards</a>
      </p>
    </section>
  </Page>
);
