import { z } from 'zod';

/**
 * The format of a dashboard file, version 1. What it parses to is what the rest of Runlens works
 * with; unknown keys are mistakes, so that a typing error is found and not ignored.
 */

const name = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'letters, digits and _ only');
const slug = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'lower case, digits and single dashes');
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/**
 * Conditions by column; another operator than equality stands after the name, as in `runs >=`.
 * `$name` stands for the value of a parameter; a list means any of its values.
 */
const CONDITION = /^([A-Za-z_][A-Za-z0-9_]*)(?: (=|!=|>=|<|contains))?$/;
const where = z.record(
  z.string().regex(CONDITION, 'a column, or a column and one of = != >= < contains'),
  z.union([scalar, z.array(scalar)]),
);
const order = z.record(name, z.enum(['asc', 'desc']));

const options = z.strictObject({
  view: name,
  value: name,
  label: name.optional(),
  where: where.default({}),
  order: order.optional(),
});

const label = z.string().min(1).optional();
const RANGE = /^(all|today|last_[1-9]\d{0,3}[hdwmy]|\d{4}-\d\d-\d\d\.\.\d{4}-\d\d-\d\d)$/;

const param = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('select'),
    label,
    options,
    /** A value, or `all` for no condition; without it the first option. */
    default: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal('multiselect'),
    label,
    options,
    /** Values; an empty list means no condition. */
    default: z.array(z.string()).default([]),
  }),
  z.strictObject({
    type: z.literal('enum'),
    label,
    values: z.array(
      z.union([z.string(), z.strictObject({ value: z.string(), label: z.string() })]),
    ),
    default: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal('text'),
    label,
    default: z.string().default(''),
    maxLength: z.int().positive().max(1000).default(200),
  }),
  z.strictObject({
    type: z.literal('number'),
    label,
    default: z.number(),
    min: z.number().optional(),
    max: z.number().optional(),
  }),
  z.strictObject({
    type: z.literal('daterange'),
    label,
    default: z.string().regex(RANGE, 'such as last_90d, all or 2026-01-01..2026-03-31'),
  }),
]);

/** `sum(runs)`: a function over a column of the view, for the rows that share the `group`. */
const MEASURE = /^(sum|min|max|avg|median|count|count_distinct)\(([A-Za-z_][A-Za-z0-9_]*)?\)$/;
const measure = z.string().regex(MEASURE, 'such as sum(runs), count() or median(value)');

const column = z.strictObject({
  column: name,
  title: z.string().optional(),
  /** A d3 number format, such as `,.2f`; `duration` for hours; for times `date`, `time` or `ago`. */
  format: z.string().optional(),
  unit: z.string().optional(),
});

const link = z.union([
  z.strictObject({ run: name }),
  z.strictObject({ dashboard: slug, with: z.record(name, name).default({}) }),
]);

const figure = z.strictObject({
  value: name,
  /** Divides: `value: failed, per: runs` is a rate. */
  per: name.optional(),
  format: z.string().default(',~s'),
  unit: z.string().optional(),
  /** Compares with the period of the same length before; needs a daterange in `where`. */
  compare: z.literal('previous').optional(),
  /** Which way is good news. */
  better: z.enum(['up', 'down', 'neither']).default('neither'),
});

const chart = z.union([
  z.string().regex(/^[A-Za-z0-9._-]+\.vl\.json$/, 'a .vl.json file beside this one'),
  z.record(z.string(), z.unknown()),
]);

const panel = z.strictObject({
  title: z.string().min(1),
  description: z.string().optional(),
  alt: z.string().min(1).optional(),
  view: name.optional(),
  where: where.default({}),
  group: z.array(name).optional(),
  measures: z.record(name, measure).optional(),
  order: order.optional(),
  /** Rows at the most; the panel says when it cut. */
  limit: z.int().positive().max(10_000).default(2_000),
  link: link.optional(),
  /** Pixels of the drawing. */
  height: z.int().min(80).max(900).default(280),
  chart: chart.optional(),
  figure: figure.optional(),
  table: z.strictObject({ columns: z.array(z.union([name, column])).min(1) }).optional(),
  markdown: z.string().optional(),
  /** Said when there are no rows. */
  empty: z.string().optional(),
});

const cell = z.union([name, z.strictObject({ panel: name, span: z.int().min(1).max(12) })]);

export const dashboardSchema = z.strictObject({
  version: z.literal(1),
  id: slug,
  title: z.string().min(1),
  description: z.string().default(''),
  /** Where it stands in the list; low numbers first. */
  position: z.number().default(1_000),
  /** `one`: never adds up several tracking servers, but shows the first until another is chosen. */
  sources: z.enum(['all', 'one']).default('all'),
  params: z.record(name, param).default({}),
  panels: z.record(name, panel),
  layout: z.array(z.array(cell).min(1).max(12)).min(1),
});

export type DashboardFile = z.infer<typeof dashboardSchema>;
export type Param = z.infer<typeof param>;
export type ParamOptions = z.infer<typeof options>;
export type PanelFile = z.infer<typeof panel>;
export type Where = z.infer<typeof where>;
export type Order = z.infer<typeof order>;
export type Figure = z.infer<typeof figure>;
export type PanelLink = z.infer<typeof link>;
export type TableColumn = z.infer<typeof column>;

/** The format for editors, which complete and check a file as it is written. */
export function dashboardJsonSchema(): object {
  return {
    title: 'Runlens dashboard',
    ...z.toJSONSchema(dashboardSchema, { io: 'input', target: 'draft-2020-12' }),
  };
}

/** Splits a checked measure. */
export function parseMeasure(text: string): { fn: string; column: string | undefined } {
  const [, fn = 'count', column] = MEASURE.exec(text) ?? [];
  return { fn, column };
}

/** Splits a checked key of `where`. */
export function parseConditionKey(text: string): { column: string; op: string | undefined } {
  const [, column = text, op] = CONDITION.exec(text) ?? [];
  return { column, op };
}
