import { afterEach, describe, expect, it } from 'vitest';
import { openSource, type SourceConfig } from '../../../src/sources/open.ts';
import type { Source } from '../../../src/sources/source.ts';
import { DEFAULT_RETRY } from '../../../src/mlflow/index.ts';
import {
  inTurn,
  mlflowError,
  startScripted,
  type Reply,
  type ScriptedServer,
} from '../../support/scripted-server.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function open(replies: Reply[], more: Partial<SourceConfig> = {}) {
  const server: ScriptedServer = await startScripted(inTurn(...replies));
  const source: Source = openSource({
    name: 'lab',
    kind: 'rest',
    trackingUri: server.url,
    auth: { kind: 'none' },
    retry: { ...DEFAULT_RETRY, maxRetries: 1, backoffFactor: 0, backoffJitter: 0 },
    ...more,
  });
  closers.push(
    () => source.close(),
    () => server.close(),
  );
  return { server, source };
}

describe('whether a run is there', () => {
  it.each<[string, Reply, boolean]>([
    ['is, when the server gives it', { body: runAnswer('a') }, true],
    ['is not, when the server says so', mlflowError(404, 'RESOURCE_DOES_NOT_EXIST'), false],
  ])('%s', async (_, reply, expected) => {
    const { source } = await open([reply]);
    expect((await source.run('a')) !== undefined).toBe(expected);
  });

  it.each<[string, Reply]>([
    ['a 404 of something else', { status: 404, body: 'not found' }],
    ['an empty answer', { body: '{}' }],
    ['a page', { headers: { 'content-type': 'text/html' }, body: '<html>hello</html>' }],
    ['a refusal', mlflowError(403, 'PERMISSION_DENIED')],
    ['a dead end', { cutAfter: 1, body: '{}' }],
  ])('stays open after %s (invariant 4)', async (_, reply) => {
    const { source } = await open([reply]);
    await expect(source.run('a')).rejects.toHaveProperty('code');
  });
});

function runAnswer(run_id: string): string {
  return JSON.stringify({ run: { info: { run_id, experiment_id: '1', status: 'FINISHED' } } });
}

it('lists experiments page by page, asks for deleted ones too, and counts its traffic', async () => {
  const page = (id: string, next_page_token?: string): Reply => ({
    body: JSON.stringify({ experiments: [{ experiment_id: id, name: id }], next_page_token }),
  });
  const { server, source } = await open([page('1', 'more'), { status: 503 }, page('2')]);
  const found: string[] = [];
  for await (const experiments of source.experiments()) {
    found.push(...experiments.map((experiment) => experiment.experiment_id));
  }
  expect(found).toEqual(['1', '2']);
  expect(server.asked.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
    { max_results: 1000, view_type: 'ALL' },
    { max_results: 1000, view_type: 'ALL', page_token: 'more' },
    { max_results: 1000, view_type: 'ALL', page_token: 'more' },
  ]);
  expect(source.traffic).toEqual({ requests: 3, retries: 1 });
});

it('sends a search as the Python client would', async () => {
  const { server, source } = await open([{ body: '{}' }]);
  await source.runs({
    experimentIds: ['1', '2'],
    filter: 'attributes.start_time >= 5',
    orderBy: ['attributes.start_time ASC'],
    maxResults: 7,
    pageToken: 'opaque',
  });
  expect(server.asked[0]).toMatchObject({ method: 'POST', path: '/api/2.0/mlflow/runs/search' });
  expect(JSON.parse(server.asked[0]?.body ?? '')).toEqual({
    experiment_ids: ['1', '2'],
    max_results: 7,
    run_view_type: 'ALL',
    filter: 'attributes.start_time >= 5',
    order_by: ['attributes.start_time ASC'],
    page_token: 'opaque',
  });
});

describe('the page of a run in the server', () => {
  it.each<[Partial<SourceConfig>, string | undefined]>([
    [{ trackingUri: 'http://h/team' }, 'http://h/team/#/experiments/1/runs/a%2Fb'],
    [
      { kind: 'databricks', trackingUri: 'https://w.example' },
      'https://w.example/ml/experiments/1/runs/a%2Fb',
    ],
    [{ shownAs: 'the embedded sample' }, undefined],
  ])('of %j is %s', async (config, expected) => {
    const { source } = await open([{ body: '{}' }], config);
    expect(source.pageUrl('1', 'a/b')).toBe(expected);
    expect(source.pageUrl('1')).toBe(expected?.replace('/runs/a%2Fb', ''));
  });
});
