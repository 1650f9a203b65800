import type { AnnotationMarks } from '../dashboards/annotations.ts';
import type { Choices } from '../dashboards/choices.ts';
import type { RowsPanel } from '../dashboards/dashboard.ts';
import type { PanelRows } from '../dashboards/rows.ts';
import { RunlensError } from '../errors.ts';
import type { ChartInput, ChartRenderer } from './chart.ts';
import { figureText } from './figure.ts';
import { drawFigure, drawNote, framePicture, type Stamp } from './picture.ts';
import type { ChartSize } from './spec.ts';
import { PALETTES, type Scheme } from './theme.ts';

export interface PanelPictureOptions extends ChartSize {
  panel: RowsPanel;
  rows: PanelRows;
  annotations: readonly AnnotationMarks[];
  choices: Choices;
  stamp: Stamp;
  scheme: Scheme;
  renderer: ChartRenderer;
  href?: ChartInput['href'];
}

/** The size of a panel's drawing when nobody asks for another, in pixels. */
export const pictureSize = (panel: RowsPanel): ChartSize => ({
  width: 760,
  height: panel.kind === 'chart' ? panel.height : 120,
});

/**
 * A panel as SVG with its title, what is chosen, and as of when.
 * @throws RunlensError NOT_FOUND for a table, which has no picture
 */
export async function panelPicture(options: PanelPictureOptions): Promise<string> {
  const { panel, rows, annotations, choices, stamp, scheme, renderer, href, width, height } =
    options;
  const palette = PALETTES[scheme];
  const title = choices.fill(panel.title);
  const frame = {
    title,
    alt: panel.kind === 'chart' ? choices.fill(panel.alt) : title,
    subtitle: choices.list.map((it) => `${it.label}: ${it.text}`).join(' · '),
    stamp,
    note: rows.truncated && panel.kind === 'chart' ? cutNote(panel.query.limit) : undefined,
    palette,
    width,
    height,
  };
  if (panel.kind === 'table') throw noPicture(panel);
  if (panel.kind === 'figure') {
    const { value, unit, change } = figureText(panel, rows);
    const note = change === undefined ? '' : `${change} against the period before`;
    const text = unit === undefined ? value : `${value} ${unit}`;
    return framePicture(drawFigure({ value: text, note }, frame), frame);
  }
  if (rows.rows.length === 0) return framePicture(drawNote(emptyNote(panel), frame), frame);
  const { alt } = frame;
  const values = choices.values();
  const drawn = { spec: panel.spec, palette, alt, values, href, annotations };
  const chart = { ...rows, ...drawn, width, height };
  return framePicture(await renderer.svg(chart), frame);
}

/** Said wherever a panel has no rows. */
export const emptyNote = ({ empty }: RowsPanel): string => empty ?? 'No runs match these choices.';

/** Said wherever a limit cut what is drawn. */
export const cutNote = (limit: number): string =>
  `Shows ${limit.toLocaleString('en-US')} rows; there are more.`;

export const noPicture = ({ id }: RowsPanel): RunlensError =>
  new RunlensError('NOT_FOUND', `panel ${id} is no chart`, {
    hint: 'Its rows are there as .json, .csv, .arrow and .parquet.',
  });
