/**
 * Functions that mean the same in DuckDB and in Trino, or that a macro of the store supplies. A
 * closed list: what nobody has looked at is not portable.
 */
const NAMES = [
  'abs ceil ceiling exp floor greatest least ln log10 log2 mod pow power round sign sqrt nullif',
  'avg bool_and bool_or corr count count_if count_star covar_pop covar_samp max max_by min min_by',
  'stddev stddev_pop stddev_samp sum var_pop var_samp variance approx_percentile',
  'cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number',
  'concat concat_ws length lower lpad ltrim position replace reverse rpad rtrim split_part',
  'starts_with strpos substr substring trim upper',
  'date_diff date_trunc day hour minute month quarter second week year current_date',
  'get_current_timestamp now utc_timestamp',
];
const OPERATORS = ['+', '-', '*', '/', '%', '||', '~~', '!~~'];

const PORTABLE: ReadonlySet<string> = new Set([
  ...OPERATORS,
  ...NAMES.flatMap((line) => line.split(' ')),
]);

/** What to write where a DuckDB name has a portable one. */
const INSTEAD: Readonly<Record<string, string>> = {
  '//': 'floor(a / b) on doubles',
  '**': 'power',
  '^': 'power',
  '~~*': 'lower(…) like',
  '!~~*': 'lower(…) not like',
  any_value: 'min or max',
  arg_max: 'max_by',
  arg_min: 'min_by',
  argmax: 'max_by',
  argmin: 'min_by',
  contains: 'strpos(…) > 0, or in (…)',
  date_part: 'extract(part from …)',
  datediff: 'date_diff',
  datepart: 'extract(part from …)',
  datetrunc: 'date_trunc',
  epoch_ms: 'utc_timestamp',
  first: 'min_by',
  ifnull: 'coalesce',
  last: 'max_by',
  list: 'a row for each value',
  list_value: 'a row for each value',
  map: 'a row for each key',
  median: 'approx_percentile(x, 0.5)',
  quantile: 'approx_percentile',
  quantile_cont: 'approx_percentile',
  struct_pack: 'a column for each field',
};

/** Why a function is outside of the portable subset; undefined when it is inside. */
export function functionProblem(name: string): string | undefined {
  if (PORTABLE.has(name)) return undefined;
  const instead = INSTEAD[name];
  const hint = instead === undefined ? '' : `: write ${instead}`;
  return `${/^\w+$/.test(name) ? `${name}()` : name} is not in the portable subset${hint}`;
}

const INTEGER_RESULTS: ReadonlySet<string> = new Set(
  'count count_if count_star date_diff length row_number rank dense_rank strpos'.split(' '),
);
const KEEP_INTEGERS: ReadonlySet<string> = new Set(
  'sum min max abs greatest least mod lag lead first_value last_value + - * %'.split(' '),
);

/** Whether a function of arguments gives an integer: always, when all of them are, or never. */
export function givesInteger(name: string): 'always' | 'of integers' | 'never' {
  if (INTEGER_RESULTS.has(name)) return 'always';
  return KEEP_INTEGERS.has(name) ? 'of integers' : 'never';
}
