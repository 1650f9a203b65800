/**
 * The service on a mirror, told to sync by a line on its standard input: a process of its own, as
 * `tsx bench/support/live-service.ts DATABASE SERVER`. Prints its address, then `synced` with the
 * seconds that took.
 */
import { once } from 'node:events';
import { syncSource } from '../../src/ingest/sync.ts';
import { openSource } from '../../src/sources/open.ts';
import { serveFixture } from '../../test/support/fixture-server.ts';

const [, , path = '', trackingUri = ''] = process.argv;
const service = await serveFixture({ path, runs: 0 });
const source = openSource({ name: 'stored', kind: 'rest', trackingUri, auth: { kind: 'none' } });
process.stdout.write(`${service.origin}\n`);
await once(process.stdin, 'data');
const { tookMs } = await syncSource({ source, mirror: service.store.mirror });
process.stdout.write(`synced ${tookMs / 1000}\n`);
await once(process.stdin, 'end');
await source.close();
await service.close();
