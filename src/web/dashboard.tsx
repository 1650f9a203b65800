import type { Choices } from '../dashboards/choices.ts';
import type { Dashboard } from '../dashboards/dashboard.ts';
import { Page, type Frame } from './layout.tsx';
import type { PanelView } from './panel-view.ts';
import { PanelSection } from './panel.tsx';
import { ParamsForm } from './params-form.tsx';

interface DashboardProps {
  frame: Frame;
  dashboard: Dashboard;
  choices: Choices;
  rows: PanelView[][];
}

export const DashboardPage = ({ frame, dashboard, choices, rows }: DashboardProps) => (
  <Page frame={frame} title={dashboard.title} current={dashboard.id}>
    <div class="head">
      <h1>{dashboard.title}</h1>
      {dashboard.description && <p class="lead">{dashboard.description}</p>}
    </div>
    {'inline' in frame.assets ? (
      <p class="lead chosen">
        {choices.list.map(({ label, text }) => `${label}: ${text}`).join(' · ')}
      </p>
    ) : (
      <ParamsForm action={`/dashboards/${dashboard.id}`} choices={choices} />
    )}
    <div class="grid" data-panels={'inline' in frame.assets ? undefined : ''}>
      {rows.flat().map((view) => (
        <PanelSection
          view={view}
          dashboard={dashboard}
          choices={choices}
          served={!('inline' in frame.assets)}
        />
      ))}
    </div>
  </Page>
);
