import { afterAll, beforeAll, describe } from 'vitest';
import { startDemoServer, type DemoServer } from '../../../src/demo/index.ts';
import { trackingApiContract } from '../../contract/tracking-api.ts';

describe('the sample server', () => {
  let server: DemoServer;
  beforeAll(async () => {
    server = await startDemoServer();
  });
  afterAll(() => server.close());
  trackingApiContract(() => server.url);
});

describe('the sample server, shifted in time', () => {
  let server: DemoServer;
  beforeAll(async () => {
    server = await startDemoServer({ shiftDays: 41 });
  });
  afterAll(() => server.close());
  trackingApiContract(() => server.url);
});
