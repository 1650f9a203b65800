import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { openApp, type App } from '../../app.ts';
import { loadConfig, type Flags } from '../../config.ts';
import { readAnnotations } from '../../dashboards/annotations.ts';
import type { Dashboard, RowsPanel } from '../../dashboards/dashboard.ts';
import { resolveExactly } from '../../dashboards/exact-choices.ts';
import { openDashboards, type OpenDashboards } from '../../dashboards/load.ts';
import { readPanelRows } from '../../dashboards/rows.ts';
import { RunlensError } from '../../errors.ts';
import { ChartRenderer } from '../../render/chart.ts';
import { prepareVega } from '../../render/draw.ts';
import { noPicture, panelPicture, pictureSize } from '../../render/panel-picture.ts';
import { describeStamp, toPng } from '../../render/picture.ts';
import type { Scheme } from '../../render/theme.ts';
import { VERSION } from '../../version.ts';
import { standalonePage } from '../../web/standalone.ts';
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
  const app = await openApp(config);
  try {
    await syncIfEmpty(app);
    const asked = { dashboard, dashboards, query, scheme };
    const body = panel === undefined ? await html(app, asked) : await picture(app, asked, panel);
    await writeBeside(out, suffix === '.png' ? await toPng(body) : body);
    process.stdout.write(`${out}: ${target} ${describeStamp(app.store.state())}\n`);
  } finally {
    await app.close();
  }
}

async function html({ store, catalog, clock }: App, asked: Asked): Promise<string> {
  const { scheme, ...rest } = asked;
  return standalonePage({
    ...rest,
    engine: store.engine,
    catalog,
    state: store.state(),
    now: clock.now(),
    theme: scheme,
    version: VERSION,
  });
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

function findDashboard(dashboards: OpenDashboards, id: string): Dashboard {
  const dashboard = dashboards.get(id);
  if (dashboard !== undefined) return dashboard;
  const [problem] = dashboards.problems();
  const known = dashboards.list().map((it) => it.id);
  throw new RunlensError('NOT_FOUND', `there is no dashboard '${id}'`, {
    field: 'dashboard',
    hint:
      problem === undefined
        ? `Dashboards: ${known.join(', ')}.`
        : `${problem.file}:${problem.line} has a mistake: run \`runlens check\`.`,
  });
}

function findPanel({ id, panels }: Dashboard, panelId: string): RowsPanel {
  const panel = panels.find((it) => it.id === panelId);
  if (panel === undefined || panel.kind === 'markdown') {
    const known = panels.flatMap((it) => (it.kind === 'markdown' ? [] : it.id));
    throw new RunlensError('NOT_FOUND', `dashboard '${id}' has no panel '${panelId}'`, {
      field: 'panel',
      hint: `Panels: ${known.join(', ')}.`,
    });
  }
  if (panel.kind === 'table') throw noPicture(panel);
  return panel;
}

/** Written beside and renamed, so that a reader never sees half. */
async function writeBeside(out: string, body: string | Uint8Array): Promise<void> {
  const part = `${out}.${randomUUID()}.part`;
  try {
    await writeFile(part, body);
    await rename(part, out);
  } catch (error) {
    await rm(part, { force: true });
    throw new RunlensError('WRITE_FAILED', `cannot write ${out}`, { cause: error, field: 'out' });
  }
}
