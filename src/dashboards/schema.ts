import { z } from 'zod';
import { CONDITION, D3_NUMBER, MEASURE, NUMBER_FORMAT, OPERATORS } from './expressions.ts';

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
const where = z.record(
  z.string().regex(CONDITION, `a column, or a column and one of ${OPERATORS.join(' ')}`),
  z.union([scalar, z.array(scalar)]),
);
const order = z.record(name, z.enum(['asc', 'desc']));

const options = z.strictObject({
  view: name.describe('The view that lists them.'),
  value: name.describe('The column that is chosen by.'),
  label: name.optional().describe('The column that is shown; the value itself without it.'),
  where: where
    .default({})
    .describe('Conditions on the view; `$name` may stand for a parameter above this one.'),
  order: order.optional().describe('Columns and `asc` or `desc`; by label without it.'),
});

const optionList = options.describe('What one may choose from.');
const label = z.string().min(1).optional().describe('Shown beside the field; its name without it.');
const RANGE = /^(all|today|last_[1-9]\d{0,3}[hdwmy]|\d{4}-\d\d-\d\d\.\.\d{4}-\d\d-\d\d)$/;

const param = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('select').describe('One value out of a list.'),
    label,
    options: optionList,
    default: z
      .string()
      .optional()
      .describe('A value, or `all` for no condition; the first option without it.'),
  }),
  z.strictObject({
    type: z.literal('multiselect').describe('Some values out of a list.'),
    label,
    options: optionList,
    default: z.array(z.string()).default([]).describe('Values; an empty list means no condition.'),
  }),
  z.strictObject({
    type: z.literal('enum').describe('One value out of those written here.'),
    label,
    values: z
      .array(
        z.union([
          z.string(),
          z.strictObject({
            value: z.string().describe('What the panels get.'),
            label: z.string().describe('What is shown.'),
          }),
        ]),
      )
      .min(1)
      .describe('The values, or pairs of `value` and `label`; `all` means no condition.'),
    default: z.string().optional().describe('A value; the first without it.'),
  }),
  z.strictObject({
    type: z.literal('text').describe('Words that one types; none mean no condition.'),
    label,
    default: z.string().default('').describe('The words to begin with.'),
    maxLength: z.int().positive().max(1000).default(200).describe('Letters at the most.'),
  }),
  z.strictObject({
    type: z.literal('number').describe('A number that one types.'),
    label,
    default: z.number().describe('The number to begin with.'),
    min: z.number().optional().describe('The least it may be.'),
    max: z.number().optional().describe('The most it may be.'),
  }),
  z.strictObject({
    type: z.literal('daterange').describe('A period; days are UTC.'),
    label,
    default: z
      .string()
      .regex(RANGE, 'such as last_90d, all or 2026-01-01..2026-03-31')
      .describe('Such as `last_90d`, `today`, `all` or `2026-01-01..2026-03-31`.'),
  }),
]);

/** `sum(runs)`: a function over a column of the view, for the rows that share the `group`. */
const measure = z.string().regex(MEASURE, 'such as sum(runs), count() or median(value)');

const numberFormat = z.string().regex(NUMBER_FORMAT, 'a d3 number format, such as ,.2f');
const cellFormat = z
  .string()
  .regex(
    new RegExp(`^(?:duration|date|time|ago|${D3_NUMBER})$`),
    'a d3 number format, such as ,.2f, or one of duration, date, time and ago',
  );

const column = z.strictObject({
  column: name.describe('A column of the rows.'),
  title: z.string().optional().describe('Its heading; its name without it; takes `{name}` too.'),
  format: cellFormat
    .optional()
    .describe(
      'A d3 number format, such as `,.2f`; `duration` for hours; for times `date`, `time` or `ago`.',
    ),
  unit: z.string().optional().describe('Stands after each value.'),
});

const link = z.union([
  z.strictObject({ run: name.describe('To the run whose id this column holds.') }),
  z.strictObject({
    mlflow: z
      .strictObject({
        experiment: name.describe('The column that holds the id of the experiment.'),
        run: name.optional().describe('The column that holds the id of the run.'),
      })
      .describe("To the page of an experiment, or of a run, in the tracking server's own UI."),
  }),
  z.strictObject({
    dashboard: slug.describe('To the dashboard of this id, which keeps the choices it shares.'),
    with: z
      .record(name, name)
      .default({})
      .describe('Its parameters, each with the column that it takes its value from.'),
  }),
]);

const select = z.record(
  name,
  z.union([
    name,
    z.strictObject({
      column: name.describe('The column that is shown and clicked.'),
      value: name.describe('The column that the parameter is chosen by, such as an id.'),
    }),
  ]),
);

const figure = z.strictObject({
  value: name.describe('The column of the first row that is shown large.'),
  per: name.optional().describe('Divides: `value: failed, per: runs` is a rate.'),
  format: numberFormat.default(',~s').describe('A d3 number format.'),
  unit: z.string().optional().describe('Stands after the number; `min` below one `h`.'),
  compare: z
    .literal('previous')
    .optional()
    .describe('Compares with the period of the same length before; needs a daterange in `where`.'),
  better: z.enum(['up', 'down', 'neither']).default('neither').describe('Which way is good news.'),
});

const chart = z.union([
  z.string().regex(/^[A-Za-z0-9._-]+\.vl\.json$/, 'a .vl.json file beside this one'),
  z.record(z.string(), z.unknown()),
]);

const table = z.strictObject({
  columns: z
    .array(z.union([name, column]))
    .min(1)
    .describe('Names of columns, or columns with their heading and format.'),
  params: z
    .literal('differing')
    .optional()
    .describe(
      'Adds a column for each param in which the runs shown differ, six at the most; needs `link.run`.',
    ),
});

const annotation = z.strictObject({
  title: z.string().min(1).describe('What they are, such as `Release`; takes `{name}` too.'),
  view: name.describe('The view whose rows are marked.'),
  where: where.default({}).describe('Conditions, as those of a panel.'),
  time: name.describe('The column that says when: a time or a date.'),
  end: name.optional().describe('The column that says until when: a band instead of a line.'),
  label: name.describe('The column that is written beside the mark.'),
  color: z
    .enum(['muted', 'accent', 'good', 'bad', 'text'])
    .default('muted')
    .describe('A colour of the theme, by its part.'),
  limit: z
    .int()
    .positive()
    .max(500)
    .default(50)
    .describe('Marks at the most: the newest, and the page says that there are more.'),
});

const panel = z.strictObject({
  title: z.string().min(1).describe('`{name}` stands for what is chosen for a parameter.'),
  description: z.string().optional().describe('A line under the title; takes `{name}` too.'),
  alt: z
    .string()
    .min(1)
    .optional()
    .describe('What one would see in the chart, for who cannot; every chart needs it.'),
  view: name.optional().describe('The view it shows; every panel but Markdown needs one.'),
  where: where
    .default({})
    .describe(
      `Conditions by column, as in \`runs >=\`; ${OPERATORS.map((it) => `\`${it}\``).join(', ')} may follow its name. \`$name\` stands for a parameter, a list for any of its values, with \`!=\` for none of them.`,
    ),
  group: z.array(name).optional().describe('Columns: one row for each of their values.'),
  measures: z
    .record(name, measure)
    .optional()
    .describe(
      'Columns computed for each group: `sum`, `min`, `max`, `avg`, `median`, `count` or `count_distinct` of a column, `count_distinct` of several together, such as `count_distinct(source, experiment_id)`, or `count()`.',
    ),
  order: order.optional().describe('Columns and `asc` or `desc`; the first counts most.'),
  limit: z
    .int()
    .positive()
    .max(10_000)
    .default(2_000)
    .describe('Rows at the most: a table has further pages, a chart says that it was cut.'),
  link: link.optional().describe('Where a row or a mark leads.'),
  select: select
    .optional()
    .describe(
      'Parameters that a click chooses, each with the column of the value: a mark, a name on an axis or in a legend, a cell of a table. A second click takes it back, where the parameter may be left without a value.',
    ),
  height: z.int().min(80).max(900).default(280).describe('Pixels of the chart.'),
  chart: chart
    .optional()
    .describe('A Vega-Lite spec, or the name of a `.vl.json` file beside this one.'),
  figure: figure.optional().describe('One large number.'),
  table: table.optional().describe('A table of the rows.'),
  markdown: z
    .string()
    .optional()
    .describe(
      'Text instead of rows, in Markdown as GitHub knows it; HTML is shown as it is written, a picture as its text. Takes `{name}` too.',
    ),
  as: z
    .literal('table')
    .optional()
    .describe(
      'Shows the rows of a chart or a figure as a table, in the columns of `table` or all of them; the chart stays for when the line is taken out.',
    ),
  annotations: z
    .union([z.boolean(), z.array(name)])
    .default(true)
    .describe('`false` draws none of the annotations over this chart, a list only those named.'),
  empty: z.string().optional().describe('Said when there are no rows.'),
});

const cell = z.union([name, z.strictObject({ panel: name, span: z.int().min(1).max(12) })]);

export const dashboardSchema = z.strictObject({
  version: z.literal(1).describe('Of the format.'),
  id: slug.describe('Its address; a file of the same id in a later folder replaces it.'),
  title: z.string().min(1).describe('Its name.'),
  description: z.string().default('').describe('What question it answers.'),
  position: z.number().default(1_000).describe('Where it stands in the list; low numbers first.'),
  sources: z
    .enum(['all', 'one'])
    .default('all')
    .describe(
      '`one` never adds up several tracking servers, but shows the first until another is chosen.',
    ),
  params: z.record(name, param).default({}).describe('What viewers choose, by name.'),
  annotations: z
    .record(name, annotation)
    .default({})
    .describe('What every chart with an axis of time is marked with, by name.'),
  panels: z.record(name, panel).describe('Charts, tables, figures and text, by name.'),
  layout: z
    .array(z.array(cell).min(1).max(12))
    .min(1)
    .describe(
      'Rows of panels; `{ panel: trend, span: 8 }` takes eight twelfths, the others share what is left.',
    ),
});

export type DashboardFile = z.infer<typeof dashboardSchema>;
export type Param = z.infer<typeof param>;
export type ParamOptions = z.infer<typeof options>;
export type AnnotationFile = z.infer<typeof annotation>;
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
