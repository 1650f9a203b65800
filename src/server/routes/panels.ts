import { Hono, type Context } from 'hono';
import {
  readAnnotations,
  type AnnotationMarks,
  type ReadAnnotationsOptions,
} from '../../dashboards/annotations.ts';
import { fileColumns, sortPanel, takeArrangement } from '../../dashboards/arrangement.ts';
import { resolveChoices, type Choices } from '../../dashboards/choices.ts';
import type { Dashboard, RowsPanel } from '../../dashboards/dashboard.ts';
import { resolveExactly } from '../../dashboards/exact-choices.ts';
import { panelQuery } from '../../dashboards/panel-query.ts';
import { readPanelRows, type PanelRows } from '../../dashboards/rows.ts';
import type { Reader } from '../../engine/engine.ts';
import { RunlensError } from '../../errors.ts';
import { noPicture, panelPicture, pictureSize } from '../../render/panel-picture.ts';
import { toPng } from '../../render/picture.ts';
import { jsonRows } from '../../render/json.ts';
import type { MirrorState } from '../../store/state.ts';
import { dashboardPath, rowLink } from '../../web/links.ts';
import { panelSelection } from '../../web/panel-selection.ts';
import { chartInput } from '../../web/panel-view.ts';
import type { Body } from '../cache.ts';
import { askedTheme, type ServerContext } from '../context.ts';
import { findDashboard } from './dashboards.ts';
import { sendRows } from './exports.ts';

const SUFFIX = /^([A-Za-z0-9_]+)\.(vega\.json|svg|png|json|csv|arrow|parquet)$/;

/** What a panel's own address takes beside the dashboard's parameters. */
const OWN = ['width', 'height', 'theme'];

interface Asked {
  dashboard: Dashboard;
  panel: RowsPanel;
  suffix: string;
  query: URLSearchParams;
  /** Columns of a file of its rows; undefined for all. */
  columns: string[] | undefined;
  size: { width: number; height: number };
  theme: 'light' | 'dark';
}

/** `GET /dashboards/:id/panels/:panel.:suffix`: one panel as a picture, or as its rows. */
export function panelRoutes(context: ServerContext): Hono {
  const { deps, answer, readKept } = context;
  const app = new Hono();
  app.get('/dashboards/:id/panels/:file', async (c) => {
    const asked = readAddress(c, context);
    const { dashboard, panel, suffix, query, size, theme } = asked;
    if (isStreamed(suffix)) return streamRows(c, asked, suffix, context);
    const { order } = panel.query;
    const key = [
      'panel',
      dashboard,
      panel.id,
      suffix,
      query.toString(),
      order,
      asked.columns,
      size,
      theme,
    ];
    return answer(c, key, async () => {
      const { state, value } = await readKept(async (reader, state) => {
        const { catalog } = deps;
        const { columns } = asked;
        const read = { choices: await choicesOf(asked, context, reader, state), catalog, reader };
        const rows = await readPanelRows(panel, { ...read, columns });
        return { choices: read.choices, rows, annotations: await marksOf(asked, read) };
      });
      return { ...(await body(asked, { ...value, state }, context)), state };
    });
  });
  return app;
}

/** What is marked over a drawing; its rows have no use for it. */
const marksOf = (
  { dashboard, panel, suffix }: Asked,
  read: ReadAnnotationsOptions,
): Promise<AnnotationMarks[]> =>
  readAnnotations(
    dashboard,
    read,
    panel.kind === 'chart' && suffix !== 'json' ? panel.annotations : [],
  );

/** A page's script draws what the page shows; everything else is a file. */
function choicesOf(
  { dashboard, query, suffix }: Asked,
  { deps }: ServerContext,
  reader: Reader,
  state: MirrorState,
): Promise<Choices> {
  const sources = state.sources.map((it) => it.source);
  const { catalog, clock } = deps;
  const now = clock.now();
  const resolve = suffix === 'vega.json' ? resolveChoices : resolveExactly;
  return resolve({ dashboard, query, sources, catalog, reader, now, listed: false });
}

function readAddress(c: Context, { deps }: ServerContext): Asked {
  const id = c.req.param('id') ?? '';
  const dashboard = findDashboard(deps.dashboards.get(id), id);
  const [, name, suffix = ''] = SUFFIX.exec(c.req.param('file') ?? '') ?? [];
  const panel = dashboard.panels.find((it) => it.id === name);
  if (panel === undefined || panel.kind === 'markdown') {
    throw new RunlensError('NOT_FOUND', `dashboard ${id} has no panel file ${c.req.param('file')}`);
  }
  const given = new URL(c.req.url).searchParams;
  const { query, arrangement } = takeArrangement(
    dashboard,
    new URLSearchParams([...given].filter(([name]) => !OWN.includes(name))),
    deps.catalog,
  );
  const number = (name: string, fallback: number, min: number, max: number): number => {
    const text = given.get(name);
    const value = text === null ? fallback : Number(text);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw new RunlensError('BAD_REQUEST', `${name} is a whole number from ${min} to ${max}`, {
      field: name,
    });
  };
  const usual = pictureSize(panel);
  const size = {
    width: number('width', usual.width, 200, 2400),
    height: number('height', usual.height, 80, 1600),
  };
  return {
    dashboard,
    panel: sortPanel(panel, arrangement),
    suffix,
    query,
    columns: fileColumns(panel, arrangement),
    size,
    theme: askedTheme(given) ?? 'light',
  };
}

interface Read {
  choices: Choices;
  rows: PanelRows;
  annotations: AnnotationMarks[];
  state: MirrorState;
}

async function body(asked: Asked, read: Read, context: ServerContext): Promise<Body> {
  const { panel, suffix, size, theme } = asked;
  const { choices, rows, annotations, state } = read;
  const { renderer, deps } = context;
  if (suffix === 'json') return { body: rowsJson(asked, read), type: 'application/json' };
  const href = rowLink(panel, rows.columns, choices, deps);
  if (suffix === 'vega.json') {
    if (panel.kind !== 'chart') throw noPicture(panel);
    const { dashboard, query } = asked;
    const address = { path: dashboardPath(dashboard.id, query), query };
    const selection = panelSelection(panel, rows, choices, address);
    const drawn = { choices, href, selection, annotations };
    const chart = { ...chartInput(panel, rows, drawn), ...size };
    return { body: JSON.stringify(renderer.vega(chart)), type: 'application/json' };
  }
  const shown = { panel, rows, annotations, choices, stamp: state, scheme: theme, href };
  const svg = await panelPicture({ ...shown, renderer, ...size });
  if (suffix === 'svg') return { body: svg, type: 'image/svg+xml' };
  return { body: await toPng(svg), type: 'image/png' };
}

function rowsJson({ dashboard, panel }: Asked, { choices, rows, state }: Read): string {
  const head = {
    dashboard: dashboard.id,
    panel: panel.id,
    title: choices.fill(panel.title),
    dataVersion: state.dataVersion,
    asOf: state.asOf === null ? null : new Date(state.asOf).toISOString(),
    truncated: rows.truncated,
    columns: rows.columns,
  };
  return `${JSON.stringify(head).slice(0, -1)},"rows":${jsonRows(rows.columns, rows.rows)}}`;
}

const STREAMED = ['csv', 'arrow', 'parquet'] as const;

const isStreamed = (suffix: string): suffix is (typeof STREAMED)[number] =>
  STREAMED.some((it) => it === suffix);

/** All rows, whatever the panel's own limit. */
async function streamRows(
  c: Context,
  asked: Asked,
  format: (typeof STREAMED)[number],
  context: ServerContext,
): Promise<Response> {
  const { deps } = context;
  const choices = await choicesOf(asked, context, deps.engine, deps.state());
  const { columns } = asked;
  const statement = panelQuery(asked.panel, { catalog: deps.catalog, choices, columns });
  const frame = `panel:${asked.dashboard.id}/${asked.panel.id}`;
  return sendRows(c, context, { frame, format, statement });
}
