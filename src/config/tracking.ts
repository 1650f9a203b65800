import { join } from 'node:path';
import { unescape } from 'node:querystring';
import {
  DEFAULT_RETRY,
  type Auth,
  type RetryOptions,
  type TransportOptions,
} from '../mlflow/index.ts';
import { databricksServer } from './databricks.ts';
import { bad, flag, number, text, type Environment } from './environment.ts';
import { parseIni } from './ini.ts';

/** Where a tracking server is and how to prove who asks. */
export interface Server {
  kind: 'rest' | 'databricks';
  /** Without credentials and without a slash at the end. */
  trackingUri: string;
  auth: Auth;
}

/** What a config file may say of one server instead of MLflow's variables. */
export interface Credentials {
  username?: string | undefined;
  password?: string | undefined;
  token?: string | undefined;
}

/**
 * A tracking URI as MLflow's Python client takes it: http(s)://…, `databricks`,
 * `databricks://PROFILE`. Stores without a server (file:, sqlite:, …) are refused with the way out.
 * @throws RunlensError BAD_CONFIG
 */
export function resolveServer(
  uri: string,
  environment: Environment,
  own: Credentials = {},
): Server {
  const server = serverOf(uri, environment, own);
  // Read from a file, it often ends with a line break: no request can be made with that.
  if (server.auth.kind === 'bearer' && /[^\x20-\x7e\x80-\xff]/.test(server.auth.token)) {
    const variable = server.kind === 'rest' ? 'MLFLOW_TRACKING_TOKEN' : 'DATABRICKS_TOKEN';
    throw bad(variable, 'has a line break, or another character that no header takes');
  }
  return server;
}

function serverOf(uri: string, environment: Environment, own: Credentials): Server {
  if (uri === 'databricks' || uri.startsWith('databricks://')) {
    return databricksServer(uri, environment, own);
  }
  if (!/^https?:\/\//i.test(uri)) {
    throw bad(
      'MLFLOW_TRACKING_URI',
      `must be http(s)://… or databricks, not '${withoutUserInfo(uri)}' ` +
        '(for a file or SQL store run `mlflow server --backend-store-uri …` and give its address)',
    );
  }
  let url: URL;
  try {
    url = new URL(uri);
  } catch {
    throw bad('MLFLOW_TRACKING_URI', `is no address: '${withoutUserInfo(uri)}'`);
  }
  const inUrl: Credentials =
    url.username === ''
      ? {}
      : {
          // Where a % quotes nothing it stands for itself, as for the Python client.
          username: unescape(url.username),
          password: unescape(url.password),
        };
  const trackingUri = `${url.origin}${url.pathname}`.replace(/\/+$/, '');
  return {
    kind: 'rest',
    trackingUri,
    auth: restAuth(environment, {
      username: own.username ?? inUrl.username,
      password: own.password ?? inUrl.password,
      token: own.token,
    }),
  };
}

/** A password may have a slash and an @ of its own. */
const withoutUserInfo = (uri: string): string => uri.replace(/\/\/.*@/s, '//…@');

/** User and password win over a token, and variables over ~/.mlflow/credentials, as in the client's code. */
function restAuth(environment: Environment, own: Credentials): Auth {
  for (const name of ['MLFLOW_TRACKING_AWS_SIGV4', 'MLFLOW_TRACKING_AUTH']) {
    const value = text(environment, name);
    if (value !== undefined && value.toLowerCase() !== 'false') {
      throw bad(name, 'is not supported: use user and password, or a token');
    }
  }
  const saved = savedCredentials(environment);
  const username = own.username ?? text(environment, 'MLFLOW_TRACKING_USERNAME') ?? saved.username;
  const password = own.password ?? text(environment, 'MLFLOW_TRACKING_PASSWORD') ?? saved.password;
  if (own.token === undefined && username !== undefined && password !== undefined) {
    return { kind: 'basic', username, password };
  }
  const token = own.token ?? text(environment, 'MLFLOW_TRACKING_TOKEN');
  return token === undefined ? { kind: 'none' } : { kind: 'bearer', token };
}

function savedCredentials(environment: Environment): Credentials {
  const file = environment.readText(join(environment.home, '.mlflow', 'credentials'));
  const section = file === undefined ? undefined : parseIni(file).get('mlflow');
  return {
    username: section?.get('mlflow_tracking_username'),
    password: section?.get('mlflow_tracking_password'),
  };
}

export function transportOptions(environment: Environment): TransportOptions {
  const insecureTls = flag(environment, 'MLFLOW_TRACKING_INSECURE_TLS', false);
  const caPath = text(environment, 'MLFLOW_TRACKING_SERVER_CERT_PATH');
  const clientCertPath = text(environment, 'MLFLOW_TRACKING_CLIENT_CERT_PATH');
  if (insecureTls && caPath !== undefined) {
    throw bad(
      'MLFLOW_TRACKING_INSECURE_TLS',
      'and MLFLOW_TRACKING_SERVER_CERT_PATH exclude each other',
    );
  }
  return {
    timeoutMs: number(environment, 'MLFLOW_HTTP_REQUEST_TIMEOUT', 120, { min: 0.001 }) * 1000,
    insecureTls,
    ...(caPath === undefined ? {} : { caPath }),
    ...(clientCertPath === undefined ? {} : { clientCertPath }),
  };
}

export function retryOptions(environment: Environment, kind: Server['kind']): RetryOptions {
  const setting = (name: string, fallback: number, max?: number): number =>
    number(environment, `MLFLOW_HTTP_REQUEST_${name}`, fallback, max === undefined ? {} : { max });
  return {
    maxRetries: setting('MAX_RETRIES', DEFAULT_RETRY.maxRetries, 9),
    backoffFactor: setting('BACKOFF_FACTOR', DEFAULT_RETRY.backoffFactor),
    backoffJitter: setting('BACKOFF_JITTER', DEFAULT_RETRY.backoffJitter),
    respectRetryAfter: flag(environment, 'MLFLOW_HTTP_RESPECT_RETRY_AFTER_HEADER', true),
    deadlineMs:
      kind === 'databricks'
        ? number(environment, 'MLFLOW_DATABRICKS_ENDPOINT_HTTP_RETRY_TIMEOUT', 500) * 1000
        : DEFAULT_RETRY.deadlineMs,
  };
}
