import { arranged, AS_WRITTEN, type Arrangement } from '../dashboards/arrangement.ts';
import { isMissing, type Choices } from '../dashboards/choices.ts';
import type { Dashboard } from '../dashboards/dashboard.ts';
import { Chips } from './chips.tsx';
import { Page, type Frame } from './layout.tsx';
import { dashboardFilePath } from './links.ts';
import { panelAddresses } from './panel-tools.tsx';
import type { PanelView } from './panel-view.ts';
import { PanelSection } from './panel.tsx';
import { ParamsForm } from './params-form.tsx';

interface DashboardProps {
  frame: Frame;
  dashboard: Dashboard;
  choices: Choices;
  arrangement?: Arrangement;
  rows: PanelView[][];
}

export const DashboardPage = ({
  frame,
  dashboard,
  choices,
  arrangement = AS_WRITTEN,
  rows,
}: DashboardProps) => {
  const served = !('inline' in frame.assets);
  const alone = arrangement.panel !== undefined;
  // Other choices, and a file, begin at the first page of each table.
  const kept = { ...arrangement, pages: new Map() };
  const views = rows.flat();
  const title = alone
    ? `${views[0]?.title ?? dashboard.title} · ${dashboard.title}`
    : dashboard.title;
  return (
    // A file has no way back from a panel to its dashboard, and says below of when it is.
    <Page frame={frame} title={title} current={dashboard.id} whole={served && alone}>
      <div class="head">
        <div class="title">
          <h1>{dashboard.title}</h1>
          {served && !alone && (
            <a
              class="save"
              href={dashboardFilePath(dashboard.id, arranged(choices.query(), kept))}
              download=""
              title="The dashboard as it is now, as one HTML file that needs no service"
            >
              Save as a file
            </a>
          )}
        </div>
        {dashboard.description && <p class="lead">{dashboard.description}</p>}
      </div>
      <p class={`lead chosen${served ? ' on-paper' : ''}`}>
        {choices.list
          .map((it) => `${it.label}: ${isMissing(it) ? 'none yet' : it.text}`)
          .join(' · ')}
      </p>
      {served && (
        <>
          <ParamsForm
            action={`/dashboards/${dashboard.id}`}
            choices={choices}
            kept={arranged(new URLSearchParams(), kept)}
          />
          <Chips dashboard={dashboard} choices={choices} arrangement={arrangement} />
        </>
      )}
      <div class="grid" data-panels={served ? '' : undefined}>
        {views.map((view) => (
          <PanelSection
            view={view}
            dashboard={dashboard}
            choices={choices}
            addresses={
              served ? panelAddresses(view.panel, dashboard, choices, arrangement) : undefined
            }
          />
        ))}
      </div>
    </Page>
  );
};
