import { describe, expect, it } from 'vitest';
import { resolveServer, retryOptions, transportOptions } from '../../../src/config/tracking.ts';
import { RunlensError } from '../../../src/errors.ts';
import { environmentOf } from '../../support/environment.ts';

const CREDENTIALS = '/home/amara/.mlflow/credentials';
const DATABRICKS = '/home/amara/.databrickscfg';

function refusal(action: () => unknown): RunlensError {
  try {
    action();
  } catch (error) {
    if (error instanceof RunlensError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('a tracking URI', () => {
  it.each([
    ['http://h:5000', 'http://h:5000'],
    ['https://h/', 'https://h'],
    ['HTTPS://Host.Example/team/mlflow//', 'https://host.example/team/mlflow'],
    ['http://user:p%40ss@h:5000/x', 'http://h:5000/x'],
    ['http://h:5000/?token=s3cret#top', 'http://h:5000'],
  ])('%s is asked at %s', (uri, expected) => {
    expect(resolveServer(uri, environmentOf()).trackingUri).toBe(expected);
  });

  it('may bring user and password, which leave it', () => {
    expect(resolveServer('http://am%C3%A9lie:p%40ss@h', environmentOf())).toEqual({
      kind: 'rest',
      trackingUri: 'http://h',
      auth: { kind: 'basic', username: 'amélie', password: 'p@ss' },
    });
  });

  it('takes a % that quotes nothing as it stands', () => {
    const { auth } = resolveServer('http://a:100%@h', environmentOf());
    expect(auth).toEqual({ kind: 'basic', username: 'a', password: '100%' });
  });

  it('of the config file may bring them too, which its own go before', () => {
    const none = { username: undefined, password: undefined, token: undefined };
    const auth = (own: object) =>
      resolveServer('http://a:pw@h', environmentOf(), { ...none, ...own }).auth;
    expect(auth({})).toEqual({ kind: 'basic', username: 'a', password: 'pw' });
    expect(auth({ password: 'own' })).toEqual({ kind: 'basic', username: 'a', password: 'own' });
  });

  it.each([
    'sqlite:///mlflow.db',
    './mlruns',
    'file:///x',
    'databricks-uc://p',
    'ftp://a:s3cret@h',
    'postgresql://a:@/s3cret@h/db',
  ])('%s is refused with the way out', (uri) => {
    const error = refusal(() => resolveServer(uri, environmentOf()));
    expect(error).toMatchObject({ code: 'BAD_CONFIG', field: 'MLFLOW_TRACKING_URI', exitCode: 2 });
    expect(error.message).toMatch(/^MLFLOW_TRACKING_URI must be .*mlflow server/);
    expect(error.message).not.toContain('s3cret');
  });

  it('that is no address is refused without its password', () => {
    const error = refusal(() => resolveServer('http://a:s3cret@h:port', environmentOf()));
    expect(error.field).toBe('MLFLOW_TRACKING_URI');
    expect(error.message).not.toContain('s3cret');
  });
});

describe('who asks', () => {
  const auth = (variables: Record<string, string>, files: Record<string, string> = {}) =>
    resolveServer('http://h', environmentOf(variables, files)).auth;
  const both = { MLFLOW_TRACKING_USERNAME: 'amara', MLFLOW_TRACKING_PASSWORD: 'pw' };
  const saved = {
    [CREDENTIALS]:
      '# by hand\n[mlflow]\nmlflow_tracking_username = saved\nmlflow_tracking_password=a=b\n',
  };

  it('is nobody by default', () => {
    expect(auth({})).toEqual({ kind: 'none' });
  });

  it('is a token', () => {
    expect(auth({ MLFLOW_TRACKING_TOKEN: 't' })).toEqual({ kind: 'bearer', token: 't' });
  });

  it('is user and password, before a token', () => {
    const basic = { kind: 'basic', username: 'amara', password: 'pw' };
    expect(auth({ ...both, MLFLOW_TRACKING_TOKEN: 't' })).toEqual(basic);
  });

  it('is a token when the password is missing or empty', () => {
    const half = { MLFLOW_TRACKING_USERNAME: 'amara', MLFLOW_TRACKING_PASSWORD: '' };
    expect(auth({ ...half, MLFLOW_TRACKING_TOKEN: 't' })).toEqual({ kind: 'bearer', token: 't' });
  });

  it('is who was saved in ~/.mlflow/credentials, behind the variables', () => {
    expect(auth({}, saved)).toEqual({ kind: 'basic', username: 'saved', password: 'a=b' });
    expect(auth(both, saved)).toMatchObject({ username: 'amara', password: 'pw' });
  });

  it('is what the config file says of the source, before all', () => {
    const server = resolveServer('http://x:y@h', environmentOf(both, saved), { token: 'own' });
    expect(server.auth).toEqual({ kind: 'bearer', token: 'own' });
  });

  it.each([
    ['http://h', 'MLFLOW_TRACKING_TOKEN', {}],
    ['databricks', 'DATABRICKS_TOKEN', { DATABRICKS_HOST: 'h' }],
  ])('of %s names a token that no header takes, and does not tell it', (uri, name, more) => {
    for (const token of ['s3cret\n', 's3\r\ncret', 's3cret\u2013']) {
      const environment = environmentOf({ [name]: token, ...more });
      const error = refusal(() => resolveServer(uri, environment));
      expect(error).toMatchObject({ code: 'BAD_CONFIG', field: name });
      expect(error.message).not.toContain('s3');
    }
  });

  it.each(['MLFLOW_TRACKING_AWS_SIGV4', 'MLFLOW_TRACKING_AUTH'])(
    'is not what %s would need',
    (name) => {
      expect(refusal(() => auth({ [name]: 'true' })).field).toBe(name);
      expect(auth({ [name]: 'false' })).toEqual({ kind: 'none' });
    },
  );
});

describe('Databricks', () => {
  const files = {
    [DATABRICKS]: [
      '[DEFAULT]',
      'host = https://one.cloud.databricks.com/',
      'token = default-token',
      '; a comment',
      '[team]',
      'host: two.azuredatabricks.net',
      'client_id = robot',
      'client_secret = hush',
      '[old]',
      'host = three.example',
      'username = amara',
      'password = pw',
      '[empty]',
      'host = four.example',
    ].join('\r\n'),
  };
  const server = (
    uri: string,
    variables: Record<string, string> = {},
    own: Record<string, string> = files,
  ) => resolveServer(uri, environmentOf(variables, own));

  it('is host and token of the environment', () => {
    const variables = { DATABRICKS_HOST: 'https://w.example/?o=1', DATABRICKS_TOKEN: 't' };
    expect(server('databricks', variables)).toEqual({
      kind: 'databricks',
      trackingUri: 'https://w.example',
      auth: { kind: 'bearer', token: 't' },
    });
  });

  it('is an OAuth client of the environment', () => {
    const variables = {
      DATABRICKS_HOST: 'w.example',
      DATABRICKS_CLIENT_ID: 'robot',
      DATABRICKS_CLIENT_SECRET: 'hush',
    };
    expect(server('databricks', variables)).toMatchObject({
      trackingUri: 'https://w.example',
      auth: { kind: 'oauth', clientId: 'robot', clientSecret: 'hush' },
    });
  });

  it.each([
    ['databricks', {}, { kind: 'bearer', token: 'default-token' }],
    ['databricks://team', {}, { kind: 'oauth', clientId: 'robot', clientSecret: 'hush' }],
    [
      'databricks',
      { DATABRICKS_CONFIG_PROFILE: 'old' },
      { kind: 'basic', username: 'amara', password: 'pw' },
    ],
  ])('is a profile of ~/.databrickscfg: %s with %j', (uri, variables, auth) => {
    expect(server(uri, variables).auth).toEqual(auth);
  });

  it('is a profile of another file', () => {
    const other = { '/etc/databricks': '[DEFAULT]\nhost = z.example\ntoken = other' };
    const variables = { DATABRICKS_CONFIG_FILE: '/etc/databricks' };
    expect(server('databricks', variables, other)).toMatchObject({
      trackingUri: 'https://z.example',
      auth: { token: 'other' },
    });
  });

  it.each([
    ['databricks', {}, {}, 'DATABRICKS_HOST'],
    ['databricks', { DATABRICKS_HOST: 'h' }, {}, 'DATABRICKS_TOKEN'],
    ['databricks', { DATABRICKS_HOST: 'http://', DATABRICKS_TOKEN: 't' }, {}, 'DATABRICKS_HOST'],
    ['databricks://nobody', {}, files, 'DATABRICKS_CONFIG_PROFILE'],
    ['databricks://empty', {}, files, 'DATABRICKS_TOKEN'],
    ['databricks://scope:prefix', {}, files, 'MLFLOW_TRACKING_URI'],
  ])('%s with %j names what is missing', (uri, variables, own, field) => {
    const error = refusal(() => resolveServer(uri, environmentOf(variables, own)));
    expect(error).toMatchObject({ code: 'BAD_CONFIG', field });
  });
});

describe('the settings of requests', () => {
  it('are those of the Python client by default', () => {
    expect(retryOptions(environmentOf(), 'rest')).toEqual({
      maxRetries: 7,
      backoffFactor: 2,
      backoffJitter: 1,
      respectRetryAfter: true,
      deadlineMs: 500_000,
    });
    expect(transportOptions(environmentOf())).toEqual({ timeoutMs: 120_000, insecureTls: false });
  });

  it('are read from its variables', () => {
    const environment = environmentOf({
      MLFLOW_HTTP_REQUEST_MAX_RETRIES: '3',
      MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR: '0.5',
      MLFLOW_HTTP_REQUEST_BACKOFF_JITTER: '0',
      MLFLOW_HTTP_RESPECT_RETRY_AFTER_HEADER: 'False',
      MLFLOW_DATABRICKS_ENDPOINT_HTTP_RETRY_TIMEOUT: '60',
      MLFLOW_HTTP_REQUEST_TIMEOUT: '2.5',
      MLFLOW_TRACKING_SERVER_CERT_PATH: '/ca.pem',
      MLFLOW_TRACKING_CLIENT_CERT_PATH: '/client.pem',
    });
    expect(retryOptions(environment, 'databricks')).toEqual({
      maxRetries: 3,
      backoffFactor: 0.5,
      backoffJitter: 0,
      respectRetryAfter: false,
      deadlineMs: 60_000,
    });
    expect(transportOptions(environment)).toEqual({
      timeoutMs: 2_500,
      insecureTls: false,
      caPath: '/ca.pem',
      clientCertPath: '/client.pem',
    });
  });

  it.each([
    ['MLFLOW_HTTP_REQUEST_MAX_RETRIES', '10'],
    ['MLFLOW_HTTP_REQUEST_MAX_RETRIES', 'many'],
    ['MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR', '-1'],
    ['MLFLOW_HTTP_REQUEST_BACKOFF_JITTER', 'NaN'],
    ['MLFLOW_HTTP_RESPECT_RETRY_AFTER_HEADER', 'yes'],
    ['MLFLOW_HTTP_REQUEST_TIMEOUT', '0'],
    ['MLFLOW_TRACKING_INSECURE_TLS', 'maybe'],
  ])('name the variable at fault: %s=%s', (name, value) => {
    const environment = environmentOf({ [name]: value });
    const error = refusal(() => [retryOptions(environment, 'rest'), transportOptions(environment)]);
    expect(error).toMatchObject({ code: 'BAD_CONFIG', field: name });
    expect(error.message).toContain(`'${value}'`);
  });

  it('cannot trust any certificate and one of them', () => {
    const variables = {
      MLFLOW_TRACKING_INSECURE_TLS: 'true',
      MLFLOW_TRACKING_SERVER_CERT_PATH: '/ca.pem',
    };
    expect(refusal(() => transportOptions(environmentOf(variables))).message).toBe(
      'MLFLOW_TRACKING_INSECURE_TLS and MLFLOW_TRACKING_SERVER_CERT_PATH exclude each other',
    );
  });
});
