import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { LOG_LEVELS } from '../log.ts';
import { RunlensError } from '../errors.ts';
import { nearest, UNKNOWN_KEY } from '../nearest.ts';
import { locateYaml } from '../yaml.ts';
import type { Environment } from './environment.ts';

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,39}$/i, 'letters, digits, - and _, at most 40');

/** What numbers may be, here as in a variable. */
export const PORTS = { min: 0, max: 65535, whole: true };
/** What a tracking server gives in one page. */
export const PAGE_SIZES = { min: 1, max: 50_000, whole: true };
export const BATCH_SIZES = { min: 1, whole: true };

/** Secrets are named, not written: `*_env` says which variable holds them. */
const sourceFile = z.strictObject({
  tracking_uri: z.string().min(1),
  username: z.string().optional(),
  password_env: z.string().optional(),
  token_env: z.string().optional(),
  workspace: z.string().optional(),
  experiments: z
    .array(z.union([z.string().min(1), z.number().int().transform(String)], 'a name or an id'))
    .optional(),
  refresh: z.string().optional(),
});

export const configFile = z.strictObject({
  db: z.string().min(1).optional(),
  host: z.string().min(1).optional(),
  port: z.number().int().min(PORTS.min).max(PORTS.max).optional(),
  refresh: z.string().optional(),
  log_level: z.enum(LOG_LEVELS).optional(),
  memory_limit: z.string().optional(),
  page_size: z.number().int().min(PAGE_SIZES.min).max(PAGE_SIZES.max).optional(),
  batch_bytes: z.number().int().min(BATCH_SIZES.min).optional(),
  queries: z.array(z.string()).default([]),
  dashboards: z.array(z.string()).default([]),
  sources: z.record(name, sourceFile).default({}),
});
export type ConfigFile = z.infer<typeof configFile>;

/**
 * A config file, its folders made absolute from where it lies.
 * @throws RunlensError BAD_CONFIG with file, line, column and field
 */
export function readConfigFile(path: string, environment: Environment): ConfigFile {
  const text = environment.readText(path);
  if (text === undefined) throw new RunlensError('BAD_CONFIG', `there is no config file ${path}`);
  const yaml = locateYaml(text);
  const [broken] = yaml.mistakes;
  if (broken !== undefined) {
    const { line, column, message } = broken;
    throw new RunlensError('BAD_CONFIG', `${[path, line, column ?? 1].join(':')}: ${message}`);
  }
  const parsed = configFile.safeParse(yaml.value ?? {});
  if (!parsed.success) {
    const { at, message } = explainFirst(parsed.error);
    const { line, column } = yaml.placeOf(at);
    const field = at.join('.');
    const what = field === '' ? message : `${field}: ${message}`;
    throw new RunlensError('BAD_CONFIG', `${path}:${line}:${column}: ${what}`, { field });
  }
  const base = dirname(resolve(path));
  const absolute = (folder: string): string => resolve(base, folder);
  const { db, queries, dashboards } = parsed.data;
  return {
    ...parsed.data,
    ...(db === undefined || db === ':memory:' ? {} : { db: absolute(db) }),
    queries: queries.map(absolute),
    dashboards: dashboards.map(absolute),
  };
}

/** What to tell first: a key that is spelled wrong is also one that is missing. */
function explainFirst({ issues }: z.ZodError): { at: PropertyKey[]; message: string } {
  const issue = issues.find((it) => it.code === 'unrecognized_keys') ?? issues[0];
  const { path: at = [], message = '' } = issue ?? {};
  if (issue?.code !== 'unrecognized_keys') return { at, message };
  const [key = ''] = issue.keys;
  const { shape } = at.length === 0 ? configFile : sourceFile;
  return { at: [...at, key], message: `${UNKNOWN_KEY}${nearest(key, Object.keys(shape))}` };
}
