import { describe, expect, it } from 'vitest';
import { loadConfig, loadFolders, type Flags } from '../../../src/config.ts';
import { RunlensError } from '../../../src/errors.ts';
import { packagePath } from '../../../src/paths.ts';
import { environmentOf } from '../../support/environment.ts';

const FILE = '/etc/runlens/runlens.yaml';

const load = (flags: Flags = {}, variables: Record<string, string> = {}, file?: string) =>
  loadConfig(file === undefined ? flags : { config: FILE, ...flags }, {
    environment: environmentOf(variables, file === undefined ? {} : { [FILE]: file }),
  });

function refusal(...given: Parameters<typeof load>): RunlensError {
  try {
    load(...given);
  } catch (error) {
    if (error instanceof RunlensError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('what is mirrored', () => {
  it('is the embedded sample without any setting, in a file of its own', () => {
    expect(load()).toEqual({
      db: 'runlens-demo.duckdb',
      host: '127.0.0.1',
      port: 5055,
      refresh: '*/5 * * * *',
      logLevel: 'warn',
      memoryLimit: undefined,
      pageSize: 1000,
      batchBytes: 96 << 20,
      queries: [packagePath('queries')],
      dashboards: [packagePath('dashboards')],
      sources: [],
      experiments: undefined,
    });
  });

  it('is the sample for the demo whatever is configured, and never in the file of a server', () => {
    const environment = environmentOf({ MLFLOW_TRACKING_URI: 'http://h' });
    expect(loadConfig({}, { environment, demo: true })).toMatchObject({
      db: 'runlens-demo.duckdb',
      sources: [],
    });
    expect(loadConfig({}, { environment }).db).toBe('runlens.duckdb');
  });

  it('is not put in the database that is configured for a team by the demo', () => {
    const environment = environmentOf(
      { RUNLENS_DB: 'team.duckdb', RUNLENS_CONFIG: FILE },
      { [FILE]: 'db: team.duckdb' },
    );
    const demo = (flags: Flags) => loadConfig(flags, { environment, demo: true }).db;
    expect(demo({})).toBe('runlens-demo.duckdb');
    expect(demo({ db: 'own.duckdb' })).toBe('own.duckdb');
  });
});

describe('precedence', () => {
  const file = 'db: f.duckdb\nhost: file\nport: 1\nrefresh: "1 * * * *"\nlog_level: error\n';
  const variables = {
    RUNLENS_DB: 'v.duckdb',
    RUNLENS_HOST: 'variable',
    RUNLENS_PORT: '2',
    RUNLENS_REFRESH: '2 * * * *',
    RUNLENS_LOG_LEVEL: 'info',
    RUNLENS_MEMORY_LIMIT: '2GB',
  };
  const flags = { db: 'g', host: 'flag', port: 3, refresh: '3 * * * *', logLevel: 'debug' };

  it('is flags over environment over file', () => {
    expect(load(flags, variables, file)).toMatchObject(flags);
    expect(load({}, variables, file)).toMatchObject({
      db: 'v.duckdb',
      host: 'variable',
      port: 2,
      refresh: '2 * * * *',
      logLevel: 'info',
      memoryLimit: '2GB',
    });
    expect(load({}, {}, file)).toMatchObject({
      db: '/etc/runlens/f.duckdb',
      host: 'file',
      port: 1,
      refresh: '1 * * * *',
      logLevel: 'error',
    });
  });

  it('puts --tracking-uri before the variable, and both before no source', () => {
    const uris = (...given: Parameters<typeof load>) =>
      load(...given).sources.map((source) => source.trackingUri);
    const variable = { MLFLOW_TRACKING_URI: 'http://variable' };
    expect(uris({ trackingUri: 'http://flag' }, variable)).toEqual(['http://flag']);
    expect(uris({}, variable)).toEqual(['http://variable']);
    const own = 'sources: { one: { tracking_uri: "http://file" } }';
    expect(uris({}, variable, own)).toEqual(['http://file']);
    expect(uris({ trackingUri: 'http://flag' }, variable, own)).toEqual(['http://flag']);
  });

  it('holds for sizes as well', () => {
    const sizes = (variables: Record<string, string>) =>
      load({}, variables, 'page_size: 20\nbatch_bytes: 4096');
    expect(sizes({})).toMatchObject({ pageSize: 20, batchBytes: 4096 });
    const variables = { RUNLENS_PAGE_SIZE: '30', RUNLENS_BATCH_BYTES: '5000' };
    expect(sizes(variables)).toMatchObject({ pageSize: 30, batchBytes: 5000 });
  });

  it('takes an empty variable as unset', () => {
    expect(load({}, { MLFLOW_TRACKING_URI: '', RUNLENS_DB: '' })).toMatchObject({
      db: 'runlens-demo.duckdb',
      sources: [],
    });
  });
});

describe('the experiments to mirror', () => {
  const server = { MLFLOW_TRACKING_URI: 'http://h' };
  const scope = (flags: Flags, variables: Record<string, string>) =>
    load(flags, { ...server, ...variables }).sources[0]?.experiments;

  it('are all, or those of a flag or a variable', () => {
    const name = { MLFLOW_EXPERIMENT_NAME: 'fraud' };
    expect(scope({}, {})).toBeUndefined();
    expect(scope({}, name)).toEqual(['fraud']);
    expect(scope({}, { MLFLOW_EXPERIMENT_ID: '7' })).toEqual(['7']);
    expect(scope({ experiment: ['a', '1'] }, name)).toEqual(['a', '1']);
  });

  it('are one, if both variables are set', () => {
    const both = { MLFLOW_EXPERIMENT_NAME: 'fraud', MLFLOW_EXPERIMENT_ID: '7' };
    expect(scope({}, both)).toEqual([{ name: 'fraud', id: '7' }]);
  });
});

describe('several sources of a file', () => {
  const FILE_OF_TWO = `
sources:
  prod:
    tracking_uri: https://mlflow.example/
    token_env: PROD_TOKEN
    workspace: blue
    experiments: [fraud, 12]
    refresh: "*/2 * * * *"
  lab:
    tracking_uri: http://lab:5000
    username: amara
    password_env: LAB_PASSWORD
queries: [views]
dashboards: [/srv/dashboards]
`;
  const secrets = { PROD_TOKEN: 't', LAB_PASSWORD: 'pw' };

  it('each have their own settings', () => {
    const { sources, queries, dashboards } = load({}, secrets, FILE_OF_TWO);
    expect(sources).toMatchObject([
      {
        name: 'prod',
        trackingUri: 'https://mlflow.example',
        auth: { kind: 'bearer', token: 't' },
        workspace: 'blue',
        experiments: ['fraud', '12'],
        refresh: '*/2 * * * *',
      },
      {
        name: 'lab',
        trackingUri: 'http://lab:5000',
        auth: { kind: 'basic', username: 'amara', password: 'pw' },
        experiments: undefined,
      },
    ]);
    expect(queries).toEqual([packagePath('queries'), '/etc/runlens/views']);
    expect(dashboards).toEqual([packagePath('dashboards'), '/srv/dashboards']);
  });

  it('name the variable of a secret that is not set', () => {
    const error = refusal({}, { PROD_TOKEN: 't' }, FILE_OF_TWO);
    expect(error).toMatchObject({ code: 'BAD_CONFIG', field: 'LAB_PASSWORD' });
    expect(error.message).toContain("source 'lab'");
  });

  it('need no secret of a source that is not asked for', () => {
    const environment = environmentOf({ PROD_TOKEN: 't' }, { [FILE]: FILE_OF_TWO });
    const only = (name: string) => loadConfig({ config: FILE }, { environment, only: name });
    expect(only('prod').sources).toMatchObject([{ name: 'prod', auth: { token: 't' } }]);
    expect(() => only('nope')).toThrow("there is no source 'nope' (there is: prod, lab)");
  });

  it('need no secret at all where only views and dashboards are read', () => {
    const environment = environmentOf({}, { [FILE]: FILE_OF_TWO });
    expect(loadFolders({ config: FILE }, environment)).toEqual({
      queries: [packagePath('queries'), '/etc/runlens/views'],
      dashboards: [packagePath('dashboards'), '/srv/dashboards'],
    });
  });

  it('take an id of 18 digits as it stands', () => {
    const file =
      'sources: { lab: { tracking_uri: "http://h", experiments: [987654321098765432] } }';
    expect(load({}, {}, file).sources[0]?.experiments).toEqual(['987654321098765432']);
  });

  it('are named where the address of one is none', () => {
    const error = refusal({}, {}, 'sources: { lab: { tracking_uri: ./mlruns } }');
    expect(error.message).toMatch(/^source 'lab': MLFLOW_TRACKING_URI must be http/);
  });
});

describe('a mistake', () => {
  it.each([
    ['port: [', 'runlens.yaml:1:8: '],
    ['db: x\nport: 70000', 'runlens.yaml:2:1: port: '],
    ['db: x\n\nlog_level: loud', 'runlens.yaml:3:1: log_level: '],
    ['db: x\ndbb: y', 'runlens.yaml:2:1: dbb: '],
    ['sources:\n  a:\n    tracking_uri: 5', 'runlens.yaml:3:5: sources.a.tracking_uri: '],
    ['sources:\n  "a b":\n    tracking_uri: http://h', 'runlens.yaml:2:3: sources.a b: '],
    ['sources:\n  a:\n    password: s3cret', 'runlens.yaml:3:5: sources.a.password: '],
    ['db: ""', 'runlens.yaml:1:1: db: '],
    ['host: ""', 'runlens.yaml:1:1: host: '],
    ['page_size: 0', 'runlens.yaml:1:1: page_size: '],
    ['port: 9007199254740993', 'runlens.yaml:1:1: port: '],
    [
      'sources:\n  a: { tracking_uri: http://h, experiments: [true] }',
      'runlens.yaml:2:46: sources.a.experiments.0: a name or an id',
    ],
    ['db: x\nno mapping', 'runlens.yaml:2:1: Implicit map keys need to be followed by map values'],
  ])('in the file %j is told with its line', (text, place) => {
    const error = refusal({}, {}, text);
    expect(error).toMatchObject({ code: 'BAD_CONFIG', exitCode: 2 });
    expect(error.message).toContain(`/etc/runlens/${place}`);
    expect(error.message).not.toMatch(/\n|s3cret|at line|:$|: :/);
  });

  it.each([
    [
      'db: x\n\nquerys: [views]',
      '3:1: querys: there is no such key: did you mean queries?',
      'querys',
    ],
    [
      'sources:\n  a: { tracking_uri: http://h, workspac: b }',
      '2:32: sources.a.workspac: there is no such key: did you mean workspace?',
      'sources.a.workspac',
    ],
    [
      'sources:\n  a: { tracking_url: http://h }',
      '2:8: sources.a.tracking_url: there is no such key: did you mean tracking_uri?',
      'sources.a.tracking_url',
    ],
    ['db: x\nnothing: 1', '2:1: nothing: there is no such key', 'nothing'],
  ])('that is an unknown key is told where it stands: %j', (text, message, field) => {
    const error = refusal({}, {}, text);
    expect(error).toMatchObject({ message: `${FILE}:${message}`, field });
  });

  it('names a file that is not there', () => {
    expect(refusal({ config: '/nowhere.yaml' }).message).toBe(
      'there is no config file /nowhere.yaml',
    );
  });

  it.each([
    [{}, { RUNLENS_PORT: 'http' }, 'RUNLENS_PORT'],
    [{}, { RUNLENS_PORT: '65536' }, 'RUNLENS_PORT'],
    [{}, { RUNLENS_PORT: '1.5' }, 'RUNLENS_PORT'],
    [{ db: '' }, {}, 'db'],
    [{ host: '' }, {}, 'host'],
    [{ experiment: ['a', ''] }, {}, 'experiment'],
    [{}, { RUNLENS_PAGE_SIZE: '50001' }, 'RUNLENS_PAGE_SIZE'],
    [{}, { RUNLENS_PAGE_SIZE: '1.5' }, 'RUNLENS_PAGE_SIZE'],
    [{}, { RUNLENS_BATCH_BYTES: '0' }, 'RUNLENS_BATCH_BYTES'],
    [{ logLevel: 'loud' }, {}, 'log-level'],
    [{ trackingUri: 'sqlite:///x' }, {}, 'MLFLOW_TRACKING_URI'],
  ])('in a setting names it: %j %j', (flags, variables, field) => {
    expect(refusal(flags, variables)).toMatchObject({ code: 'BAD_CONFIG', field });
  });
});
