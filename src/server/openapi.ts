import { z } from 'zod';
import * as answers from './answers.ts';

interface Operation {
  summary: string;
  /** Of an answer in JSON. */
  json?: z.ZodType;
  /** The media type of other answers. */
  type?: string;
  /** The statuses that an answer may have; 200 alone by default. */
  statuses?: number[];
  parameters?: { name: string; in: 'path' | 'query'; required?: boolean; description: string }[];
}

const path = (name: string, description: string) =>
  ({ name, in: 'path', required: true, description }) as const;
const query = (name: string, description: string) => ({ name, in: 'query', description }) as const;

const HTML = 'text/html';

const OPERATIONS: Record<string, Record<string, Operation>> = {
  '/': { get: { summary: 'The dashboards, and how fresh the mirror is', type: HTML } },
  '/dashboards/{id}': {
    get: {
      summary: 'A dashboard; its parameters are those of the file',
      type: HTML,
      parameters: [
        path('id', 'id of the dashboard'),
        query('page', 'PANEL.NUMBER: a further page of a table; may be repeated'),
        query('sort', 'PANEL.COLUMN.asc or .desc: how a table is sorted; may be repeated'),
        query('columns', 'PANEL.COLUMN: what a table shows; once for each column'),
        query('panel', 'PANEL: that panel alone, in the whole window'),
      ],
    },
  },
  '/dashboards/{id}.html': {
    get: {
      summary: 'A dashboard as one HTML file that needs no service; it takes what the page takes',
      type: HTML,
      parameters: [path('id', 'id of the dashboard'), query('theme', 'light or dark')],
    },
  },
  '/dashboards/{id}/panels/{file}': {
    get: {
      summary: 'One panel: PANEL.svg, .png, .json, .csv, .arrow, .parquet or .vega.json',
      type: '*/*',
      json: answers.panelAnswer,
      parameters: [
        path('id', 'id of the dashboard'),
        path('file', 'name of the panel and suffix'),
        query('sort', 'PANEL.COLUMN.asc or .desc: the order of a table'),
        query('columns', 'PANEL.COLUMN: what a table shows; once for each column'),
        query('width', 'pixels of a picture'),
        query('height', 'pixels of a picture'),
        query('theme', 'light or dark, of a picture'),
      ],
    },
  },
  '/dashboards/{id}/params/{file}': {
    get: {
      summary: 'The options of a parameter that hold some words, fifty at the most: PARAM.json',
      json: answers.optionsAnswer,
      parameters: [
        path('id', 'id of the dashboard'),
        path('file', 'name of the parameter and suffix'),
        query('q', 'the words; none for the first options'),
      ],
    },
  },
  '/runs/{run_id}': {
    get: {
      summary: 'One run with params, metrics, tags and datasets',
      type: HTML,
      parameters: [path('run_id', 'id of the run'), query('source', 'name of the tracking server')],
    },
  },
  '/compare': {
    get: {
      summary: 'Two to ten runs side by side',
      type: HTML,
      parameters: [
        query('run', 'id of a run; once for each'),
        query('source', 'name of the tracking server'),
        query('best', 'with one run: leads to it beside the best other run by this metric'),
      ],
    },
  },
  '/api/v1/views': {
    get: { summary: 'The views and their columns', json: answers.viewsAnswer },
  },
  '/api/v1/views/{file}': {
    get: {
      summary: 'Rows of a view: VIEW.json, .ndjson, .csv, .arrow, .arrows or .parquet',
      type: '*/*',
      json: answers.viewRows,
      parameters: [
        path('file', 'name of the view and suffix; any column may be given as a filter'),
        query('limit', 'rows at the most'),
        query('offset', 'rows to leave out'),
      ],
    },
  },
  '/api/v1/export/{file}': {
    get: {
      summary: 'Every row of a frame: runs, runs-nested, experiments, metrics, params or tags',
      type: '*/*',
      json: answers.frameRows,
      parameters: [
        path('file', 'name of the frame and suffix'),
        query('source', 'runs of this tracking server, by its name'),
        query('experiment', 'id or name; may be repeated'),
        query('view_type', 'active (the default), deleted or all'),
        query('filter', 'a filter as MLflow writes them'),
        query('since', 'runs that started then or later, ISO 8601'),
        query('until', 'runs that started before, ISO 8601'),
        query('status', 'FINISHED, FAILED, KILLED, RUNNING or SCHEDULED; may be repeated'),
        query('user', 'who ran it; may be repeated'),
        query('columns', 'names with * for anything, joined by commas; may be repeated'),
        query('compression', 'none (the default) or zstd, of Arrow'),
      ],
    },
  },
  '/api/v1/sync': {
    get: { summary: 'The sync log, newest first', json: answers.syncAnswer },
    post: {
      summary: 'Start a sync of every source now',
      json: answers.startAnswer,
      statuses: [202],
    },
  },
  '/api/v1/events': {
    get: {
      summary: 'Server-sent events: `version` for each new data version',
      type: 'text/event-stream',
    },
  },
  '/healthz': {
    get: { summary: 'Whether the process is alive', json: answers.aliveAnswer },
  },
  '/readyz': {
    get: {
      summary: 'Whether a first sync has completed',
      json: answers.readyAnswer,
      statuses: [200, 503],
    },
  },
  '/metrics': { get: { summary: 'Figures for Prometheus', type: 'text/plain' } },
  '/openapi.json': {
    get: { summary: 'This document', json: answers.openapiAnswer },
  },
  '/schemas/dashboard.v1.json': {
    get: {
      summary: 'JSON Schema of a dashboard file',
      json: answers.schemaAnswer,
    },
  },
  '/assets/{file}': {
    get: { summary: 'A file that pages load', type: '*/*', parameters: [path('file', 'its name')] },
  },
};

/** Not closed, as `io: 'output'` has it: a later version may send more. */
function jsonContent(schema: z.ZodType) {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return { 'application/json': { schema: rest } };
}

/** The service's own description of its routes. */
export function openapi(version: string) {
  const error = {
    description: 'What went wrong, and what to try',
    content: jsonContent(answers.errorAnswer),
  };
  const paths = Object.entries(OPERATIONS).map(([address, methods]) => {
    const described = Object.entries(methods).map(
      ([method, { summary, type, json, statuses = [200], parameters = [] }]) => {
        const content = {
          ...(type === undefined ? {} : { [type]: {} }),
          ...(json === undefined ? {} : jsonContent(json)),
        };
        const answered = statuses.map((status) => [status, { description: summary, content }]);
        return [
          method,
          {
            summary,
            parameters: parameters.map((it) => ({ ...it, schema: { type: 'string' } })),
            responses: { ...Object.fromEntries(answered), default: error },
          },
        ];
      },
    );
    return [address, Object.fromEntries(described)];
  });
  return {
    openapi: '3.1.0',
    info: { title: 'Runlens', version, license: { name: 'Apache-2.0' } },
    paths: Object.fromEntries(paths) as Record<string, Record<string, unknown>>,
  };
}
