import { extname } from 'node:path';
import { openApp, type App } from '../../app.ts';
import { loadConfig, type Flags } from '../../config.ts';
import { readAnnotations } from '../../dashboards/annotations.ts';
import type { Dashboard, RowsPanel } from '../../dashboards/dashboard.ts';
import { resolveExactly } from '../../dashboards/exact-choices.ts';
import { openDashboards, type OpenDashboards } from '../../dashboards/load.ts';
import { readPanelRows } from '../../dashboards/rows.ts';
import { RunlensError } from '../../errors.ts';
import { writeWhole } from '../../exports/write-whole.ts';
import { ChartRenderer } from '../../render/chart.ts';
import { prepareVega } from '../../render/draw.ts';
import { noPicture, panelPicture, pictureSize } from '../../render/panel-picture.ts';
import { describeStamp, toPng } from '../../render/picture.ts';
import type { Scheme } from '../../render/theme.ts';
import { VERSION } from '../../version.ts';
import { standalonePage } from '../../web/standalone.ts';
import { findDashboard, findPanel } from '../find-panel.ts';
import { interruptible } from '../interrupt.ts';
import { paramsToQuery } from '../panel-statement.ts';
import { syncIfEmpty } from '../sync-if-empty.ts';

export interface RenderFlags extends Flags {
  out: string;
  param?: string[];
  theme?: string;
}

interface Asked {
  dashboard: Dashboard;
  dashboards: OpenDashboards;
  query: URLSearchParams;
  scheme: Scheme | undefined;
}

/**
 * `runlens render DASHBOARD --out x.html`, or `DASHBOARD/PANEL --out x.svg|x.png`: what the page
 * shows with the same parameters, as one file.
 */
export async function render(target: string, flags: RenderFlags): Promise<void> {
  const { out, param = [], theme, ...common } = flags;
  const scheme = schemeOf(theme);
  const query = paramsToQuery(param);
  const at = target.indexOf('/');
  const id = at < 0 ? target : target.slice(0, at);
  const panelId = at < 0 ? undefined : target.slice(at + 1);
  const suffix = suffixOf(out, panelId);
  const config = loadConfig(common);
  const dashboards = await openDashboards(config.dashboards);
  const dashboard = findDashboard(dashboards, id);
  const panel = panelId === undefined ? undefined : findPanel(dashboard, panelId);
  if (panel?.kind === 'table') throw noPicture(panel);
  const app = await openApp(config);
  try {
    if (common.experiment !== undefined) refuseExperiment(app);
    await interruptible(app, async (signal) => {
      await syncIfEmpty(app);
      const asked = { dashboard, dashboards, query, scheme };
      const body = panel === undefined ? await html(app, asked) : await picture(app, asked, panel);
      const bytes = suffix === '.png' ? await toPng(body) : body;
      if (signal.aborted) throw new RunlensError('CANCELLED', `${out} is not written`);
      await writeWhole(out, [bytes]);
    });
    process.stdout.write(`${out}: ${target} ${describeStamp(app.store.state())}\n`);
  } finally {
    await app.close();
  }
}

/** What is mirrored already is drawn whole. */
function refuseExperiment({ store }: App): void {
  if (store.state().sources.every((source) => source.lastSyncAt === null)) return;
  throw new RunlensError('BAD_USAGE', '--experiment says what to mirror, which is done', {
    field: 'experiment',
    hint: 'Choose by a parameter of the dashboard, such as --param experiment=ID.',
  });
}

async function html({ store, catalog, clock }: App, asked: Asked): Promise<string> {
  const { scheme, ...rest } = asked;
  const shown = { catalog, state: store.state(), now: clock.now(), theme: scheme };
  return store.engine.snapshot((reader) =>
    standalonePage({ ...rest, ...shown, reader, version: VERSION }),
  );
}

async function picture(
  { store, catalog, clock }: App,
  { dashboard, query, scheme = 'light' }: Asked,
  panel: RowsPanel,
): Promise<string> {
  prepareVega();
  const stamp = store.state();
  const sources = stamp.sources.map((it) => it.source);
  const { choices, rows, annotations } = await store.engine.snapshot(async (reader) => {
    const now = clock.now();
    const choices = await resolveExactly({ dashboard, query, sources, catalog, reader, now });
    const read = { reader, catalog, choices };
    const named = panel.kind === 'chart' ? panel.annotations : [];
    return {
      choices,
      rows: await readPanelRows(panel, read),
      annotations: await readAnnotations(dashboard, read, named),
    };
  });
  const renderer = new ChartRenderer();
  const shown = { panel, rows, annotations, choices, stamp, scheme, renderer };
  return panelPicture({ ...shown, ...pictureSize(panel) });
}

function schemeOf(theme: string | undefined): Scheme | undefined {
  if (theme === undefined || theme === 'light' || theme === 'dark') return theme;
  throw new RunlensError('BAD_USAGE', `there is no theme '${theme}'`, {
    field: 'theme',
    hint: 'Known: light, dark.',
  });
}

function suffixOf(out: string, panelId: string | undefined): string {
  const suffix = extname(out).toLowerCase();
  const known = panelId === undefined ? ['.html'] : ['.svg', '.png'];
  if (known.includes(suffix)) return suffix;
  const what = panelId === undefined ? 'a dashboard becomes' : 'a panel becomes';
  throw new RunlensError('BAD_USAGE', `${what} ${known.join(' or ')}, not '${out}'`, {
    field: 'out',
    hint: 'DASHBOARD --out x.html, or DASHBOARD/PANEL --out x.svg.',
  });
}
