import { expect, it } from 'vitest';
import { staleFrom } from '../../../src/cli/commands/serve.ts';
import { loadConfig, type ConfiguredSource } from '../../../src/config.ts';
import { environmentOf } from '../../support/environment.ts';

const at = (text: string): number => Date.parse(text);
const hourly: ConfiguredSource = {
  name: 'hourly',
  kind: 'rest',
  trackingUri: 'http://127.0.0.1:5000',
  auth: { kind: 'none' },
  refresh: '0 * * * *',
};
const config = {
  ...loadConfig({ refresh: '*/5 * * * *' }, { environment: environmentOf() }),
  sources: [hourly],
};

it.each([
  ['*/5 * * * *', 'default', '2026-11-20T12:01:00Z', '2026-11-20T12:15:00Z'],
  ['*/5 * * * *', 'hourly', '2026-11-20T12:01:00Z', '2026-11-20T15:00:00Z'],
  ['0 8-18 * * 1-5', 'default', '2026-11-20T18:01:00Z', '2026-11-23T10:00:00Z'],
  ['* * * * * *', 'default', '2026-11-20T12:00:00Z', '2026-11-20T12:01:00Z'],
  ['off', 'default', '2026-11-20T12:00:00Z', '2026-11-21T12:00:00Z'],
  // Clocks go forward in New York in between; patterns are in UTC.
  ['0 6 * * *', 'default', '2026-03-07T06:01:00Z', '2026-03-10T06:00:00Z'],
])('with %s, %s of %s is stale from %s', (refresh, source, synced, stale) => {
  expect(staleFrom({ ...config, refresh }, source, at(synced))).toBe(at(stale));
});
