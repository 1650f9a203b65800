import { z } from 'zod';
import type { Option } from '../dashboards/options.ts';
import type { SyncProgress } from '../ingest/sync.ts';
import type { ViewColumn } from '../queries/view.ts';
import type { MirrorState, SourceState } from '../store/state.ts';

/** What the JSON routes answer, for the OpenAPI document; a test holds them to what is really sent. */

const time = z.number().nullable().describe('Milliseconds since 1970 UTC.');

/** Of a view's or a panel's columns. */
const row = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
  .describe('By column; whole numbers have all of their digits, NaN and infinities are texts.');

const column: z.ZodType<ViewColumn> = z.object({
  name: z.string(),
  description: z.string(),
  type: z.enum(['string', 'double', 'int64', 'boolean', 'timestamp', 'date']),
});

const panelRows = z.object({
  dashboard: z.string(),
  panel: z.string(),
  title: z.string(),
  dataVersion: z.number(),
  asOf: z.string().nullable().describe('ISO 8601; null before the first sync.'),
  truncated: z.boolean().describe('Whether there are more rows than these.'),
  columns: z.array(column),
  rows: z.array(row),
});

const drawing = z.object({
  spec: z.looseObject({}).describe('A Vega spec.'),
  data: z.array(z.looseObject({})).describe('The rows that it draws.'),
});

/** PANEL.json, or PANEL.vega.json. */
export const panelAnswer = z.union([panelRows, drawing]);

const option: z.ZodType<Option> = z.object({ value: z.string(), label: z.string() });

export const optionsAnswer = z.object({
  options: z.array(option),
  cut: z.boolean().describe('Whether there are more than these.'),
});

export const viewsAnswer = z.object({
  views: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      grain: z.string(),
      columns: z.array(column),
    }),
  ),
});

export const viewRows = z.array(row);

/** Of the nested frame, a column may be a mapping. */
export const frameRows = z.array(z.looseObject({}));

const progress: z.ZodType<SyncProgress> = z.object({
  source: z.string(),
  phase: z.enum(['experiments', 'refresh', 'sweep', 'removals']),
  experimentsDone: z.number(),
  experiments: z.number(),
  runs: z.number(),
});
const running = z.array(progress).describe('The syncs under way.');

const source: z.ZodType<SourceState> = z.object({
  source: z.string(),
  trackingUri: z.string(),
  lastSyncAt: time,
  lastSweepAt: time,
  error: z.string().nullable(),
});

const state = {
  dataVersion: z.number(),
  asOf: time,
  sources: z.array(source),
} satisfies z.ZodRawShape & Record<keyof MirrorState, z.ZodType>;

export const syncAnswer = z.object({
  running,
  ...state,
  syncs: z.array(row).describe('Rows of the view syncs.'),
});

export const startAnswer = z.object({ running });

export const aliveAnswer = z.object({ status: z.literal('alive'), version: z.string() });

export const readyAnswer = z.object({ status: z.string(), dataVersion: z.number() });

export const openapiAnswer = z.looseObject({ openapi: z.string(), paths: z.looseObject({}) });

export const schemaAnswer = z.looseObject({ $schema: z.string() });

export const errorAnswer = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    hint: z.string().describe('What to try.'),
    field: z.string().optional().describe('The parameter at fault.'),
  }),
});
