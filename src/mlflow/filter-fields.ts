/**
 * Which names MLflow's search knows, and under which aliases. Taken from what a 3.18.0 server
 * accepts; entity names are case-sensitive there, operators are not.
 */
export type Entity = 'metric' | 'param' | 'tag' | 'attribute' | 'dataset';

export const ENTITIES: ReadonlyMap<string, Entity> = new Map([
  ['metric', 'metric'],
  ['metrics', 'metric'],
  ['param', 'param'],
  ['params', 'param'],
  ['parameter', 'param'],
  ['parameters', 'param'],
  ['tag', 'tag'],
  ['tags', 'tag'],
  ['attribute', 'attribute'],
  ['attributes', 'attribute'],
  ['attr', 'attribute'],
  ['run', 'attribute'],
  ['dataset', 'dataset'],
  ['datasets', 'dataset'],
]);

export type TimeAttribute = 'start_time' | 'end_time';
export type TextAttribute = 'run_id' | 'run_name' | 'user_id' | 'status' | 'artifact_uri';
export type Attribute = TimeAttribute | TextAttribute;
export type DatasetField = 'name' | 'digest' | 'context';

/** Attributes a run can be ordered by; a filter knows three more spellings of `run_name`. */
export const ORDER_ATTRIBUTES: ReadonlyMap<string, Attribute> = new Map<string, Attribute>([
  ['start_time', 'start_time'],
  ['created', 'start_time'],
  ['Created', 'start_time'],
  ['end_time', 'end_time'],
  ['run_id', 'run_id'],
  ['run_name', 'run_name'],
  ['user_id', 'user_id'],
  ['status', 'status'],
  ['artifact_uri', 'artifact_uri'],
]);

export const FILTER_ATTRIBUTES: ReadonlyMap<string, Attribute> = new Map<string, Attribute>([
  ...ORDER_ATTRIBUTES,
  ['run name', 'run_name'],
  ['Run name', 'run_name'],
  ['Run Name', 'run_name'],
]);

const DATASET_FIELDS: ReadonlySet<string> = new Set<DatasetField>(['name', 'digest', 'context']);

export function isDatasetField(key: string): key is DatasetField {
  return DATASET_FIELDS.has(key);
}

export function isTimeAttribute(key: Attribute): key is TimeAttribute {
  return key === 'start_time' || key === 'end_time';
}

/** `entity.key` cut at its first dot, quotes around the key and backticks around either removed. */
export function splitIdentifier(raw: string): { entity: string | undefined; key: string } {
  const dot = raw.indexOf('.');
  if (dot < 0) return { entity: undefined, key: bare(raw) };
  return { entity: unwrap(raw.slice(0, dot), '`'), key: bare(raw.slice(dot + 1)) };
}

function bare(key: string): string {
  const inner = unwrap(key, "'");
  return unwrap(inner === key ? unwrap(key, '"') : inner, '`');
}

function unwrap(text: string, quote: string): string {
  const wrapped = text.length >= 2 && text.startsWith(quote) && text.endsWith(quote);
  return wrapped ? text.slice(1, -1) : text;
}
