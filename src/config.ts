import { existsSync } from 'node:fs';
import { bad, number, processEnvironment, text, type Environment } from './config/environment.ts';
import { BATCH_SIZES, PAGE_SIZES, PORTS, readConfigFile, type ConfigFile } from './config/file.ts';
import { resolveServer, retryOptions, transportOptions } from './config/tracking.ts';
import { DEFAULT_BATCH_BYTES } from './ingest/loader.ts';
import { RunlensError } from './errors.ts';
import type { WantedExperiment } from './ingest/scope.ts';
import { DEFAULT_PAGE_SIZE } from './ingest/sync.ts';
import { LOG_LEVELS, type LogLevel } from './log.ts';
import { packagePath } from './paths.ts';
import type { SourceConfig } from './sources/open.ts';

/** Command-line flags, which win over everything. */
export interface Flags {
  config?: string | undefined;
  trackingUri?: string | undefined;
  experiment?: string[] | undefined;
  db?: string | undefined;
  host?: string | undefined;
  port?: number | undefined;
  refresh?: string | undefined;
  logLevel?: string | undefined;
}

export interface LoadOptions {
  environment?: Environment;
  /** What is logged when nobody said; a service tells more than a command. */
  defaultLogLevel?: LogLevel;
  /** The embedded sample, whatever server is configured. */
  demo?: boolean;
  /** This source of the file alone; the secrets of the others may be missing. */
  only?: string | undefined;
}

export interface ConfiguredSource extends SourceConfig {
  /** The experiments to mirror; all by default. */
  experiments?: WantedExperiment[] | undefined;
  /** Cron of this source's own schedule. */
  refresh?: string | undefined;
}

export interface Config {
  db: string;
  host: string;
  port: number;
  /** Cron of the scheduled syncs (UTC), or `off`. */
  refresh: string;
  logLevel: LogLevel;
  memoryLimit: string | undefined;
  /** Runs asked for in one page. */
  pageSize: number;
  /** Bytes of answers gathered before they are committed. */
  batchBytes: number;
  /** Folders of views and dashboards; a later one replaces by name. */
  queries: string[];
  dashboards: string[];
  /** Empty: the embedded sample tracking server. */
  sources: ConfiguredSource[];
  /** Names or ids to mirror of the sample; all by default. */
  experiments: string[] | undefined;
}

const DEFAULT_DB = 'runlens.duckdb';
/** The sample has a file of its own, so that it never mixes with a team's runs. */
const DEMO_DB = 'runlens-demo.duckdb';
const DEFAULT_HOST = '127.0.0.1';
const DEFAULT_PORT = 5055;
const DEFAULT_REFRESH = '*/5 * * * *';
const DEFAULT_FILE = 'runlens.yaml';
/** The name of a source that has none: the one MLFLOW_TRACKING_URI points to. */
const DEFAULT_SOURCE = 'default';

/**
 * Flags over environment over config file over defaults, checked once. This is the only place that
 * reads the process's environment.
 * @throws RunlensError BAD_CONFIG naming the field
 */
export function loadConfig(
  flags: Flags = {},
  {
    environment = processEnvironment(process.env),
    defaultLogLevel = 'warn',
    demo = false,
    only,
  }: LoadOptions = {},
): Config {
  checkFilled(flags);
  const file = configuredFile(flags, environment);
  const sources = demo ? [] : configuredSources(flags, file, environment, only);
  const db = demo ? undefined : (text(environment, 'RUNLENS_DB') ?? file?.db);
  return {
    db: flags.db ?? db ?? (sources.length === 0 ? DEMO_DB : DEFAULT_DB),
    host: flags.host ?? text(environment, 'RUNLENS_HOST') ?? file?.host ?? DEFAULT_HOST,
    port: flags.port ?? number(environment, 'RUNLENS_PORT', file?.port ?? DEFAULT_PORT, PORTS),
    refresh:
      flags.refresh ?? text(environment, 'RUNLENS_REFRESH') ?? file?.refresh ?? DEFAULT_REFRESH,
    logLevel: logLevel(
      flags.logLevel ??
        text(environment, 'RUNLENS_LOG_LEVEL') ??
        file?.log_level ??
        defaultLogLevel,
    ),
    memoryLimit: text(environment, 'RUNLENS_MEMORY_LIMIT') ?? file?.memory_limit,
    pageSize: number(
      environment,
      'RUNLENS_PAGE_SIZE',
      file?.page_size ?? DEFAULT_PAGE_SIZE,
      PAGE_SIZES,
    ),
    batchBytes: number(
      environment,
      'RUNLENS_BATCH_BYTES',
      file?.batch_bytes ?? DEFAULT_BATCH_BYTES,
      BATCH_SIZES,
    ),
    ...folders(file),
    sources,
    experiments: flags.experiment,
  };
}

/** Whether a command line or the environment asks for debug output; told also where both are wrong. */
export function wantsStack(
  args: readonly string[],
  environment: Environment = processEnvironment(process.env),
): boolean {
  const asked = args.some((it, at) => it === '--log-level' && args[at + 1] === 'debug');
  return (
    asked ||
    args.includes('--log-level=debug') ||
    text(environment, 'RUNLENS_LOG_LEVEL') === 'debug'
  );
}

/** The folders of views and dashboards alone: no server is asked, so no secret has to be there. */
export function loadFolders(
  flags: Flags = {},
  environment: Environment = processEnvironment(process.env),
): Pick<Config, 'queries' | 'dashboards'> {
  return folders(configuredFile(flags, environment));
}

function configuredFile(flags: Flags, environment: Environment): ConfigFile | undefined {
  const path = flags.config ?? text(environment, 'RUNLENS_CONFIG');
  return path !== undefined || existsSync(DEFAULT_FILE)
    ? readConfigFile(path ?? DEFAULT_FILE, environment)
    : undefined;
}

/** An empty host would be every address of the machine, an empty database one that is thrown away. */
function checkFilled({ db, host, experiment = [] }: Flags): void {
  for (const [field, values] of Object.entries({ db: [db], host: [host], experiment })) {
    if (values.includes('')) throw bad(field, 'is empty');
  }
}

const folders = (file: ConfigFile | undefined): Pick<Config, 'queries' | 'dashboards'> => ({
  queries: [packagePath('queries'), ...(file?.queries ?? [])],
  dashboards: [packagePath('dashboards'), ...(file?.dashboards ?? [])],
});

function configuredSources(
  flags: Flags,
  file: ConfigFile | undefined,
  environment: Environment,
  only: string | undefined,
): ConfiguredSource[] {
  const named = Object.entries(file?.sources ?? {});
  if (flags.trackingUri === undefined && named.length > 0) {
    const wanted = named.filter(([name]) => only === undefined || name === only);
    if (wanted.length === 0)
      throw noSource(
        only ?? '',
        named.map(([name]) => name),
      );
    return wanted.map(([name, source]) => {
      const credentials = {
        username: source.username,
        password: secret(source.password_env, name, environment),
        token: secret(source.token_env, name, environment),
      };
      const server = ofSource(name, () =>
        resolveServer(source.tracking_uri, environment, credentials),
      );
      return {
        name,
        ...server,
        workspace: source.workspace,
        experiments: flags.experiment ?? source.experiments,
        refresh: source.refresh,
        transport: transportOptions(environment),
        retry: retryOptions(environment, server.kind),
      };
    });
  }
  const uri = flags.trackingUri ?? text(environment, 'MLFLOW_TRACKING_URI');
  if (uri === undefined) return [];
  const server = resolveServer(uri, environment);
  return [
    {
      name: DEFAULT_SOURCE,
      ...server,
      workspace: text(environment, 'MLFLOW_WORKSPACE'),
      experiments: flags.experiment ?? scopeFrom(environment),
      transport: transportOptions(environment),
      retry: retryOptions(environment, server.kind),
    },
  ];
}

export const noSource = (name: string, known: readonly string[]): RunlensError =>
  new RunlensError('BAD_CONFIG', `there is no source '${name}' (there is: ${known.join(', ')})`, {
    field: 'source',
  });

function scopeFrom(environment: Environment): WantedExperiment[] | undefined {
  const name = text(environment, 'MLFLOW_EXPERIMENT_NAME');
  const id = text(environment, 'MLFLOW_EXPERIMENT_ID');
  if (name !== undefined && id !== undefined) return [{ name, id }];
  const one = name ?? id;
  return one === undefined ? undefined : [one];
}

/** MLflow's variables are not what is wrong where a source of the file is. */
function ofSource<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RunlensError)) throw error;
    const { code, message, field } = error;
    throw new RunlensError(code, `source '${name}': ${message}`, { cause: error, field });
  }
}

function secret(
  variable: string | undefined,
  source: string,
  environment: Environment,
): string | undefined {
  if (variable === undefined) return undefined;
  const value = text(environment, variable);
  if (value === undefined) throw bad(variable, `is not set (source '${source}' needs it)`);
  return value;
}

function logLevel(value: string): LogLevel {
  const level = LOG_LEVELS.find((known) => known === value);
  if (level === undefined) throw bad('log-level', `must be one of ${LOG_LEVELS.join(', ')}`);
  return level;
}
