import { resolveExactly } from '../dashboards/exact-choices.ts';
import { AS_WRITTEN, type Arrangement } from '../dashboards/arrangement.ts';
import type { Dashboard, Dashboards } from '../dashboards/dashboard.ts';
import type { Reader } from '../engine/engine.ts';
import type { Catalog } from '../queries/view.ts';
import { ChartRenderer } from '../render/chart.ts';
import { prepareVega } from '../render/draw.ts';
import type { MirrorState } from '../store/state.ts';
import { inlineAssets } from './assets.ts';
import { DashboardPage } from './dashboard.tsx';
import { pageText } from './page-text.ts';
import { viewPanels } from './panel-view.ts';

export interface StandaloneOptions {
  dashboard: Dashboard;
  dashboards: Dashboards;
  /** Parameters, as an address holds them. */
  query: URLSearchParams;
  /** As its author wrote it by default. */
  arrangement?: Arrangement;
  /** Reads one state of the mirror. */
  reader: Reader;
  catalog: Catalog;
  /** That state. */
  state: MirrorState;
  /** Said on the page when what it shows may be old. */
  stale?: string | undefined;
  /** Milliseconds since 1970 UTC. */
  now: number;
  /** Undefined leaves it to who looks. */
  theme?: 'light' | 'dark' | undefined;
  version: string;
}

/**
 * A dashboard as one HTML file: styles, fonts, charts, their rows and the page's script inside, for
 * a disk or a mail. It loads nothing; charts are interactive all the same.
 */
export async function standalonePage(options: StandaloneOptions): Promise<string> {
  prepareVega();
  const { dashboard, dashboards, query, arrangement = AS_WRITTEN, reader, catalog } = options;
  const { state, stale, now, theme, version } = options;
  const sources = state.sources.map((it) => it.source);
  const choices = await resolveExactly({ dashboard, query, sources, catalog, reader, now });
  const renderer = new ChartRenderer();
  const shown = { dashboard, dashboards, choices, arrangement, catalog, reader, renderer };
  const rows = await viewPanels({ ...shown, linked: false });
  const assets = { inline: await inlineAssets() };
  const frame = { assets, dashboards: [], state, stale, theme, version };
  return pageText(DashboardPage({ frame, dashboard, choices, arrangement, rows }));
}
