import { once } from 'node:events';
import { connect } from 'node:net';
import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportRoutes } from '../../../src/server/routes/exports.ts';
import { CHOICE_FIELDS } from '../../../src/exports/choice.ts';
import { viewRoutes } from '../../../src/server/routes/views.ts';
import { serveFixture } from '../../support/fixture-server.ts';

let service: Awaited<ReturnType<typeof serveFixture>>;
beforeAll(async () => {
  service = await serveFixture({ deps: { routes: [viewRoutes, exportRoutes] } });
});
afterAll(() => service.close());

const get = (path: string, init?: RequestInit) => fetch(`${service.origin}${path}`, init);
const error = async (path: string): Promise<unknown> => {
  const answer = await get(path);
  return { status: answer.status, ...((await answer.json()) as object) };
};

describe('GET /api/v1/views', () => {
  it('lists the views with their columns', async () => {
    const { views } = (await (await get('/api/v1/views')).json()) as {
      views: { name: string; columns: { name: string; type: string }[] }[];
    };
    const runs = views.find((view) => view.name === 'runs');
    expect(runs?.columns[0]).toMatchObject({ name: 'source', type: 'string' });
  });

  it('gives rows that equal the values asked for', async () => {
    const all = (await (await get('/api/v1/views/runs.json')).json()) as { status: string }[];
    const failed = all.filter((run) => run.status === 'FAILED');
    const asked = await (await get('/api/v1/views/runs.json?status=FAILED')).json();
    expect(failed.length).toBeGreaterThan(0);
    expect(asked).toHaveLength(failed.length);
    const both = await (await get('/api/v1/views/runs.json?status=FAILED&status=KILLED')).json();
    expect((both as unknown[]).length).toBeGreaterThan(failed.length);
    expect(
      await (
        await get(`/api/v1/views/runs.json?status=${encodeURIComponent("' or 1=1 --")}`)
      ).json(),
    ).toEqual([]);
  });

  it('gives them as CSV, Arrow and Parquet, cut by limit and offset', async () => {
    const csv = await (await get('/api/v1/views/experiments.csv?limit=2')).text();
    expect(csv.trimEnd().split('\r\n')).toHaveLength(3);
    const arrow = await get('/api/v1/views/runs.arrow?limit=7&offset=3');
    expect(arrow.headers.get('content-type')).toBe('application/vnd.apache.arrow.file');
    expect(tableFromIPC(new Uint8Array(await arrow.arrayBuffer())).numRows).toBe(7);
    const parquet = await (await get('/api/v1/views/runs.parquet')).arrayBuffer();
    expect(Buffer.from(parquet).subarray(0, 4).toString()).toBe('PAR1');
  });

  it('says when there are more rows than it gives, and where', async () => {
    const address = '/api/v1/views/runs.csv';
    const failed = '?status=FAILED&status=KILLED';
    const pages: string[] = [];
    let next: string | undefined = `${failed}&limit=10`;
    while (next !== undefined) {
      const answer: Response = await get(address + next);
      pages.push(await answer.text());
      const link: string | null = answer.headers.get('Link');
      next = link === null ? undefined : /^<(.+)>; rel="next"$/.exec(link)?.[1];
    }
    expect(pages.length).toBeGreaterThan(2);
    const whole = await (await get(address + failed)).text();
    const [head = '', ...rows] = whole.split(/(?<=\r\n)/);
    expect(pages.map((it) => it.replace(head, '')).join('')).toBe(rows.join(''));
    // Exactly as many as asked for are all there are.
    for (const query of [`${failed}&limit=${rows.length}`, '?limit=0']) {
      expect((await get(address + query)).headers.get('Link')).toBeNull();
    }
    const cut = await get('/api/v1/views/runs.arrow?limit=1');
    const { schema } = tableFromIPC(new Uint8Array(await cut.arrayBuffer()));
    expect(JSON.parse(schema.metadata.get('runlens') ?? '')).toMatchObject({
      rows: 1,
      truncated: true,
    });
  });

  it.each([
    ['/api/v1/views/runs.json?nope=1', 400, 'nope'],
    ['/api/v1/views/syncs.json?sync_id=abc', 400, 'sync_id'],
    ['/api/v1/views/runs.json?start_time=yesterday', 400, 'start_time'],
    ['/api/v1/views/runs.json?limit=-1', 400, 'limit'],
    ['/api/v1/views/runs.json?limit=9999999', 400, 'limit'],
    ['/api/v1/views/runs.json?limit=1&limit=2', 400, 'limit'],
    ['/api/v1/views/runs.xml', 400, 'format'],
  ])('refuses %s, naming the field', async (path, status, field) => {
    expect(await error(path)).toMatchObject({ status, error: { code: 'BAD_REQUEST', field } });
  });

  it('does not know other views', async () => {
    expect(await error('/api/v1/views/nope.json')).toMatchObject({ status: 404 });
  });
});

describe('GET /api/v1/export', () => {
  it('streams the runs frame that was chosen', async () => {
    const answer = await get(
      `/api/v1/export/runs.arrow?experiment=digit-classifier&status=FINISHED&columns=run_id,%20metrics.*`,
    );
    const table = tableFromIPC(new Uint8Array(await answer.arrayBuffer()));
    expect(table.numRows).toBeGreaterThan(0);
    expect(table.schema.fields.map((field) => field.name.split('.')[0])).toEqual(
      expect.arrayContaining(['run_id', 'metrics']),
    );
    expect(table.schema.fields.some((field) => field.name.startsWith('params'))).toBe(false);
    expect(answer.headers.get('content-disposition')).toContain('runs.arrow');
  });

  it('says which data version it is, and that the asker has it', async () => {
    const first = await get('/api/v1/export/experiments.csv');
    await first.text();
    const etag = first.headers.get('etag') ?? '';
    expect(first.headers.get('runlens-data-version')).toBe(
      String(service.store.state().dataVersion),
    );
    const again = await get('/api/v1/export/experiments.csv', {
      headers: { 'If-None-Match': etag },
    });
    expect(again.status).toBe(304);
    const other = await get('/api/v1/export/experiments.csv?columns=name', {
      headers: { 'If-None-Match': etag },
    });
    expect(other.status).toBe(200);
    await other.text();
  });

  it.each([
    [undefined, 'application/vnd.apache.arrow.file'],
    ['text/csv', 'text/csv; charset=utf-8'],
    ['text/*', 'text/csv; charset=utf-8'],
    ['application/vnd.apache.arrow.stream', 'application/vnd.apache.arrow.stream'],
    ['text/csv;q=0.5, application/vnd.apache.parquet', 'application/vnd.apache.parquet'],
    ['application/json, text/plain, */*', 'application/json'],
    ['application/vnd.apache.arrow.file;q=0, */*', 'application/vnd.apache.arrow.stream'],
  ])('without a suffix gives what is accepted: %s', async (accept, type) => {
    const headers = accept === undefined ? {} : { Accept: accept };
    const answer = await get('/api/v1/export/runs', { headers });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe(type);
    expect(answer.headers.get('vary')).toContain('Accept');
    expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(100);
  });

  it('refuses media types that it does not have', async () => {
    const answer = await get('/api/v1/export/runs', { headers: { Accept: 'image/png' } });
    expect(answer.status).toBe(406);
    expect(await answer.json()).toMatchObject({
      error: { code: 'NOT_ACCEPTABLE', field: 'Accept' },
    });
    const without = await get('/api/v1/views/runs', { headers: { Accept: 'application/json' } });
    expect(await without.json()).not.toHaveLength(0);
  });

  it('tells the state of its own snapshot, which the file has within', async () => {
    const answer = await get('/api/v1/export/runs.arrow');
    const table = tableFromIPC(new Uint8Array(await answer.arrayBuffer()));
    const manifest = JSON.parse(table.schema.metadata.get('runlens') ?? '') as Record<
      string,
      unknown
    >;
    expect(answer.headers.get('runlens-data-version')).toBe(String(manifest['data_version']));
    expect(answer.headers.get('runlens-as-of')).toBe(manifest['as_of']);
  });

  const encoded = (format: string, encoding: string) =>
    get(`/api/v1/export/runs.${format}`, { headers: { 'Accept-Encoding': encoding } });

  it.each(['csv', 'json', 'ndjson'])('packs %s for who can unpack it', async (format) => {
    const plain = await encoded(format, 'identity');
    const packed = await encoded(format, 'gzip');
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    expect(packed.headers.get('vary')).toBe('Accept-Encoding');
    expect(packed.headers.get('etag')).toBe(plain.headers.get('etag'));
    // fetch unpacks it.
    expect(await packed.text()).toBe(await plain.text());
  });

  it.each(['arrow', 'arrows', 'parquet'])('leaves %s as it is', async (format) => {
    const answer = await encoded(format, 'gzip');
    expect(answer.headers.get('content-encoding')).toBeNull();
    expect(answer.headers.get('vary')).toBeNull();
    await answer.arrayBuffer();
  });

  it('answers HEAD with the same headers and keeps nothing open', async () => {
    const whole = await get('/api/v1/export/runs.csv');
    await whole.text();
    for (let times = 0; times < 6; times++) {
      const head = await get('/api/v1/export/runs.csv', { method: 'HEAD' });
      expect(head.status).toBe(200);
      expect(await head.text()).toBe('');
      for (const name of [
        'etag',
        'content-type',
        'content-encoding',
        'content-disposition',
        'runlens-data-version',
      ]) {
        expect(head.headers.get(name)).toBe(whole.headers.get(name));
      }
    }
  });

  it('is described in the OpenAPI document, with the views', async () => {
    const { paths } = (await (await get('/openapi.json')).json()) as { paths: object };
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining(['/api/v1/views', '/api/v1/views/{file}', '/api/v1/export/{file}']),
    );
  });

  it('takes what the OpenAPI document says, and nothing else', async () => {
    const { paths } = (await (await get('/openapi.json')).json()) as {
      paths: Record<string, { get: { parameters: { name: string; in: string }[] } }>;
    };
    const told = paths['/api/v1/export/{file}']?.get.parameters ?? [];
    const names = told.filter((it) => it.in === 'query').map((it) => it.name);
    expect(names.toSorted()).toEqual([...CHOICE_FIELDS].toSorted());
    const words: Record<string, string> = {
      source: 'default',
      experiment: 'digit-classifier',
      view_type: 'all',
      filter: "status = 'FINISHED'",
      since: '2020-01-01',
      until: '2100-01-01',
      status: 'FINISHED',
      user: 'nobody',
      columns: 'run_id',
      compression: 'none',
    };
    for (const name of names) {
      const query = new URLSearchParams({ [name]: words[name] ?? '' });
      const answer = await get(`/api/v1/export/runs.arrow?${query.toString()}`);
      expect([name, answer.status]).toEqual([name, 200]);
      await answer.arrayBuffer();
    }
  });

  it.each([
    ['/api/v1/export/runs.arrow?source=nope', 404, 'source'],
    ['/api/v1/export/runs.arrow?compression=lz4', 400, 'compression'],
    ['/api/v1/export/runs.csv?compression=none', 400, 'compression'],
    ['/api/v1/export/experiments.csv?user=x', 400, 'user'],
    ['/api/v1/export/runs-nested.arrow?columns=run_id', 400, 'columns'],
    ['/api/v1/export/runs.arrow?nope=1', 400, 'nope'],
    ['/api/v1/export/runs.arrow?since=soon', 400, 'since'],
    ['/api/v1/export/runs.arrow?since=2026-01-01&since=2026-01-02', 400, 'since'],
    ['/api/v1/export/runs.arrow?status=BUSY', 400, 'status'],
    ['/api/v1/export/runs.arrow?view_type=some', 400, 'view_type'],
    ['/api/v1/export/runs.arrow?experiment=nope', 404, 'experiment'],
  ])('refuses %s, naming the field', async (path, status, field) => {
    expect(await error(path)).toMatchObject({ status, error: { field } });
  });

  it('points at the mistake in a filter', async () => {
    const path = `/api/v1/export/runs.arrow?filter=${encodeURIComponent('metrics.loss <')}`;
    expect(await error(path)).toMatchObject({ status: 400, error: { code: 'BAD_REQUEST' } });
  });

  it('ends the query of a client that goes away', async () => {
    await service.store.write(async (connection) => {
      await connection.run(
        `insert into mirror.tags select run_no, 'big' || k, repeat('x', 4000)
         from mirror.runs, range(200) t(k)`,
      );
    });
    const { hostname, port } = new URL(service.origin);
    const socket = connect(Number(port), hostname);
    socket.write('GET /api/v1/export/runs.ndjson HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(socket, 'data');
    socket.pause();
    socket.destroy();
    // Closing waits for every lent connection: it would hang on an export that goes on.
    await expect(service.store.engine.close()).resolves.toBeUndefined();
  });
});
